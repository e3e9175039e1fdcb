//! Against worked examples and a peer.

use super::*;
