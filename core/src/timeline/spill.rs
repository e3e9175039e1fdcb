//! Rows that wait on disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The disk did not take rows that do not fit into memory, or did not give them back.
#[derive(Debug, Clone, thiserror::Error)]
#[error("cannot keep rows in `{}`: {source}", .folder.display())]
pub struct SpillError {
    /// The folder.
    pub folder: PathBuf,
    /// What the system says.
    pub source: Arc<io::Error>,
}

/// How much may wait in memory, and where the rest goes. Clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// In bytes.
    most: usize,
    used: Arc<AtomicUsize>,
    folder: PathBuf,
}

impl Budget {
    pub(crate) fn new(most: usize, folder: PathBuf) -> Self {
        Self { most, used: Arc::default(), folder }
    }

    /// How much may wait in memory, in bytes.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Takes room for some bytes, where there is room.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        let room = |used: usize| used.checked_add(bytes).filter(|&used| used <= self.most);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok()
    }

    /// Gives room back.
    pub(crate) fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(crate) fn error(&self, source: io::Error) -> SpillError {
        SpillError { folder: self.folder.clone(), source: Arc::new(source) }
    }

    /// A new file, which is gone when nobody holds it any more.
    pub(crate) fn file(&self) -> Result<SpillFile, SpillError> {
        SpillFile::create(&self.folder).map_err(|error| self.error(error))
    }
}

/// Where something stands in a [`SpillFile`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    start: u64,
    len: usize,
}

impl Extent {
    /// The parts that end at `ends`, counted from its start.
    pub(crate) fn split(self, ends: &[usize]) -> Vec<Self> {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(from, &to)| Self { start: self.start + from as u64, len: to - from }).collect()
    }
}

/// A file without a name: the system removes it with the process, however that ends. Where files cannot lose their
/// names while they are open, it is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct SpillFile {
    file: Mutex<(File, u64)>,
    named: Option<PathBuf>,
}

impl SpillFile {
    fn create(folder: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(folder)?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("tagloom-{}-{number}.rows", std::process::id()));
            let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path);
            match file {
                Ok(file) => {
                    let named = fs::remove_file(&path).is_err().then_some(path);
                    return Ok(Self { file: Mutex::new((file, 0)), named });
                }
                // Left by a process that had the same number once.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds bytes at the end.
    pub(crate) fn write(&self, bytes: &[u8]) -> io::Result<Extent> {
        // A thread that panicked has left at worst bytes that nobody asks for.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.1;
        file.0.seek(SeekFrom::Start(start))?;
        file.0.write_all(bytes)?;
        file.1 += bytes.len() as u64;
        Ok(Extent { start, len: bytes.len() })
    }

    /// Reads bytes that were written.
    pub(crate) fn read(&self, extent: Extent) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; extent.len];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.0.seek(SeekFrom::Start(extent.start))?;
        file.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        if let Some(path) = &self.named {
            // What cannot be removed is left in the folder for temporary files.
            let _ = fs::remove_file(path);
        }
    }
}

/// Bytes in memory or, where there is no room, on disk.
#[derive(Debug)]
pub(crate) enum Kept<T> {
    Memory(T),
    Disk(Extent),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_no_name_and_gives_back_what_it_got() {
        let folder = std::env::temp_dir().join(format!("tagloom-spill-test-{}", std::process::id()));
        let budget = Budget::new(10, folder.clone());
        let file = budget.file().unwrap();
        let extents: Vec<Extent> = (0u8..50).map(|n| file.write(&vec![n; usize::from(n)]).unwrap()).collect();
        if cfg!(unix) {
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        }
        for n in (0u8..50).rev() {
            assert_eq!(file.read(extents[usize::from(n)]).unwrap(), vec![n; usize::from(n)]);
        }
        drop(file);
        fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn room_is_counted() {
        let budget = Budget::new(10, PathBuf::new());
        let same = budget.clone();
        assert!(budget.take(6) && !same.take(5) && same.take(4) && !budget.take(1));
        budget.give(4);
        assert!(same.take(3) && !budget.take(usize::MAX));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let file = std::env::temp_dir().join(format!("tagloom-spill-file-{}", std::process::id()));
        fs::write(&file, "").unwrap();
        let error = Budget::new(0, file.join("folder")).file().unwrap_err();
        fs::remove_file(&file).unwrap();
        assert!(error.to_string().starts_with("cannot keep rows in `"), "{error}");
    }
}
