//! Long work: on threads of its own and without the GIL, while the thread that asked for it tells how far it is and
//! listens for Ctrl-C.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::Duration;

use pyo3::prelude::*;
use tagloom::RunOptions;
use tagloom::engine::{EngineError, Observer, Progress};

use crate::error;

/// How often signals are looked for; Ctrl-C is felt at once below a tenth of a second.
const TICK: Duration = Duration::from_millis(50);

/// What a step says, and where the answer goes: whether to go on.
struct Step {
    stage: &'static str,
    done: usize,
    total: usize,
    what: String,
    answer: SyncSender<bool>,
}

/// Hands each step to the thread that asked for the run. Its end of the channel closes when the run is over.
struct Steps {
    sender: Sender<Step>,
    is_told: bool,
    is_stopped: Arc<AtomicBool>,
}

impl Observer for Steps {
    fn step(&self, progress: &Progress<'_>) -> ControlFlow<()> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        if !self.is_told {
            return ControlFlow::Continue(());
        }
        let (answer, answered) = mpsc::sync_channel(1);
        let (stage, what) = (progress.stage.name(), progress.what.to_owned());
        let step = Step { stage, done: progress.done, total: progress.total, what, answer };
        let goes_on = self.sender.send(step).is_ok() && answered.recv().unwrap_or(false);
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Does long work. An exception of the callback, and Ctrl-C, stop it at its next step and come out of here.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    options: RunOptions,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&RunOptions) -> Result<T, EngineError> + Send,
) -> PyResult<T> {
    let report = py.import("tagloom._progress")?.call_method1("reporter", (progress,))?;
    let is_stopped = Arc::new(AtomicBool::new(false));
    let (sender, steps) = mpsc::channel();
    let observer = Steps { sender, is_told: !report.is_none(), is_stopped: Arc::clone(&is_stopped) };
    let options = options.with_observer(Arc::new(observer));
    let (result, told) = std::thread::scope(|scope| {
        let worker = scope.spawn(move || work(&options));
        let told = tell(py, steps, &report, &is_stopped);
        (py.detach(|| worker.join()), told)
    });
    if report.hasattr("finish")? {
        report.call_method0("finish")?;
    }
    told?;
    result.unwrap_or_else(|panic| resume_unwind(panic)).map_err(error::to_python)
}

/// Tells each step until the run is over; gives the exception that stopped it.
fn tell(
    py: Python<'_>,
    mut steps: Receiver<Step>,
    report: &Bound<'_, PyAny>,
    is_stopped: &AtomicBool,
) -> PyResult<()> {
    let mut told = Ok(());
    loop {
        let step;
        (steps, step) = py.detach(move || {
            let step = steps.recv_timeout(TICK);
            (steps, step)
        });
        if told.is_ok() {
            told = py.check_signals();
        }
        match step {
            Ok(Step { stage, done, total, what, answer }) => {
                if told.is_ok() {
                    told = report.call1((stage, done, total, what)).map(drop);
                }
                // Nobody waits for the answer only where the run is over.
                let _ = answer.send(told.is_ok());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return told,
        }
        if told.is_err() {
            is_stopped.store(true, Ordering::Relaxed);
        }
    }
}
