//! Reports as wholes.
