//! One run of the engine: threads, progress, being told to stop.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::EngineError;

/// How a run is made; nothing here changes its result.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// How many threads; default as many as the machine has.
    pub threads: Option<NonZeroUsize>,
    /// Is told how far the run is, and may stop it.
    pub observer: Option<Arc<dyn Observer>>,
}

impl RunOptions {
    /// With a number of threads.
    pub fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// With an observer.
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let observed = self.observer.is_some();
        f.debug_struct("RunOptions").field("threads", &self.threads).field("observed", &observed).finish()
    }
}

/// Is told how far a run is.
pub trait Observer: Send + Sync {
    /// Called before each step, from a thread of the run, one call after the other. [`ControlFlow::Break`] stops the
    /// run with [`EngineError::Stopped`].
    fn step(&self, progress: &Progress<'_>) -> ControlFlow<()>;
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The stage.
    pub stage: Stage,
    /// How many steps of the stage are done.
    pub done: usize,
    /// How many steps the stage has.
    pub total: usize,
    /// What the next step works on: a source or a tag.
    pub what: &'a str,
}

/// A stage of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reading and typing sources.
    Read,
    /// Joining identifiers to profiles.
    Identify,
    /// Grouping rows by profile.
    Group,
    /// Learning from the population.
    Fit,
    /// Computing tags.
    Apply,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 5] = [Self::Read, Self::Identify, Self::Group, Self::Fit, Self::Apply];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Identify => "identify",
            Self::Group => "group",
            Self::Fit => "fit",
            Self::Apply => "apply",
        }
    }
}

/// A run that is going on.
pub(crate) struct Run<'a> {
    options: &'a RunOptions,
}

impl Run<'_> {
    /// Says what comes next; an error where the observer wants to stop.
    pub(crate) fn step(
        &self,
        stage: Stage,
        done: usize,
        total: usize,
        what: &str,
    ) -> Result<(), EngineError> {
        let Some(observer) = &self.options.observer else { return Ok(()) };
        match observer.step(&Progress { stage, done, total, what }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Stopped),
        }
    }
}

/// Runs `work` on the threads of the options.
pub(crate) fn with_threads<T: Send>(
    options: &RunOptions,
    work: impl FnOnce(&Run<'_>) -> Result<T, EngineError> + Send,
) -> Result<T, EngineError> {
    let threads =
        options.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|source| EngineError::Threads { threads, source: Arc::new(source) })?;
    pool.install(|| work(&Run { options }))
}
