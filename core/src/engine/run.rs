//! One run of the engine: threads, progress, being told to stop.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::{EngineError, memory};
use crate::timeline::Budget;

/// How a run is made; nothing here changes its result.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct RunOptions {
    /// How many threads; default as many as the machine has.
    pub threads: Option<NonZeroUsize>,
    /// Is told how far the run is, and may stop it.
    pub observer: Option<Arc<dyn Observer>>,
    /// About how many bytes the run may take; default 80 % of what the machine (or the control group) has left. Rows
    /// that do not fit wait on disk. Tags, identifiers and distinct texts of all profiles are in memory whatever is said
    /// here.
    pub memory_limit: Option<u64>,
    /// Where rows wait that do not fit into memory; default the folder for temporary files. What is there is gone when
    /// the result is dropped or the process ends, however it ends.
    pub spill_folder: Option<PathBuf>,
}

/// Of the memory that a run may take, one part in so many is for rows that wait: identifiers, tags, and the rows that
/// are being worked on need the rest.
const SHARE: u64 = 4;

impl RunOptions {
    /// With a number of threads.
    pub fn with_threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// With a limit of memory, in bytes.
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// With a folder for rows that do not fit into memory.
    pub fn with_spill_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.spill_folder = Some(folder.into());
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
        f.debug_struct("RunOptions")
            .field("threads", &self.threads)
            .field("memory_limit", &self.memory_limit)
            .field("spill_folder", &self.spill_folder)
            .field("observed", &observed)
            .finish()
    }
}

/// Is told how far a run is.
pub trait Observer: Send + Sync {
    /// Called before each step, and within long ones now and then with what was said last; from the threads of the run,
    /// one call after the other. [`ControlFlow::Break`] stops the run with [`EngineError::Stopped`].
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
    /// What was told last; held while the observer is asked.
    last: Mutex<Told>,
    /// How often [`Run::again`] was called.
    calls: AtomicUsize,
}

#[derive(Default)]
struct Told {
    done: usize,
    total: usize,
    what: String,
}

/// Of the calls of [`Run::again`], every so many-th asks the observer.
const CALLS_PER_QUESTION: usize = 16;

impl Run<'_> {
    /// Says what comes next; an error where the observer wants to stop.
    pub(crate) fn step(
        &self,
        stage: Stage,
        done: usize,
        total: usize,
        what: &str,
    ) -> Result<(), EngineError> {
        let mut told = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *told = Told { done, total, what: what.to_owned() };
        self.ask(stage, &told)
    }

    /// Within a long step, from any thread: says now and then what was said last, so that the observer can stop it.
    pub(crate) fn again(&self, stage: Stage) -> Result<(), EngineError> {
        if self.calls.fetch_add(1, Ordering::Relaxed) % CALLS_PER_QUESTION != CALLS_PER_QUESTION - 1 {
            return Ok(());
        }
        self.ask(stage, &self.last.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ask(&self, stage: Stage, Told { done, total, what }: &Told) -> Result<(), EngineError> {
        let Some(observer) = &self.options.observer else { return Ok(()) };
        match observer.step(&Progress { stage, done: *done, total: *total, what }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Stopped),
        }
    }

    /// How much may wait in memory until it is known whose rows they are, and where the rest goes.
    pub(crate) fn budget(&self) -> Budget {
        let limit = self.options.memory_limit.unwrap_or_else(memory::available);
        let folder = self.options.spill_folder.clone().unwrap_or_else(std::env::temp_dir);
        Budget::new(usize::try_from(limit / SHARE).unwrap_or(usize::MAX), folder)
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
    pool.install(|| work(&Run { options, last: Mutex::default(), calls: AtomicUsize::new(0) }))
}
