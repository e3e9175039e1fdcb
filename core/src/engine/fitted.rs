//! A plan with what was learnt: it can be saved, loaded, and applied to any rows, anywhere.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::catalog::model::CatalogFile;
use crate::catalog::{DefinitionHash, Parsed, Problem};
use crate::engine::fit::{Artifact, Artifacts};
use crate::engine::marketing::{churn, persona, scorecard};
use crate::engine::plan::{Kind, Plan, plan};
use crate::store::{self, StoreError};

/// The kind of file that [`Fitted::save`] writes.
const FILE_KIND: &str = "fitted";
/// The version of its content.
const FILE_VERSION: u32 = 1;

/// A checked catalogue with everything that was learnt from a population.
///
/// It can be saved, loaded, and applied to any rows at any `as_of`; the result for a profile depends on that
/// profile's rows alone. Clones share the content.
#[derive(Debug, Clone)]
pub struct Fitted {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    plan: Arc<Plan>,
    artifacts: Artifacts,
    as_of: String,
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    catalog: CatalogFile,
    hash: DefinitionHash,
    as_of: String,
    artifacts: Artifacts,
}

impl Fitted {
    pub(crate) fn new(plan: Arc<Plan>, artifacts: Artifacts, as_of: String) -> Self {
        Self { inner: Arc::new(Inner { plan, artifacts, as_of }) }
    }

    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.inner.plan
    }

    pub(crate) fn artifacts(&self) -> &Artifacts {
        &self.inner.artifacts
    }

    /// The instant up to which it was learnt, as RFC 3339 text in UTC.
    pub fn as_of(&self) -> &str {
        &self.inner.as_of
    }

    /// The name of the catalogue.
    pub fn name(&self) -> &str {
        &self.inner.plan.file.name
    }

    /// The content hash of all definitions.
    pub fn hash(&self) -> DefinitionHash {
        self.inner.plan.hash
    }

    /// The definitions.
    pub fn catalog(&self) -> &CatalogFile {
        &self.inner.plan.file
    }

    /// What the checks of the catalogue found that is no error.
    pub fn warnings(&self) -> &[Problem] {
        self.inner.plan.warnings()
    }

    /// What was learnt for a tag; `None` for tags that learn nothing.
    pub fn artifact(&self, tag: &str) -> Option<&Artifact> {
        self.inner.artifacts.get(tag)
    }

    /// The saved form as bytes; the same for the same content.
    ///
    /// # Errors
    /// [`StoreError::Encode`] where the content cannot be written down.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let content = Content {
            catalog: self.inner.plan.file.clone(),
            hash: self.inner.plan.hash,
            as_of: self.inner.as_of.clone(),
            artifacts: self.inner.artifacts.clone(),
        };
        store::to_bytes(FILE_KIND, FILE_VERSION, &content)
    }

    /// Reads the saved form.
    ///
    /// # Errors
    /// [`StoreError`] where the bytes are not a saved `Fitted`, are of another version, or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let content: Content = store::from_bytes(FILE_KIND, FILE_VERSION, bytes)?;
        let parsed = Parsed::from_file(&content.catalog).map_err(StoreError::catalog)?;
        let plan = plan(&parsed).map_err(StoreError::catalog)?;
        if plan.hash != content.hash {
            return Err(StoreError::Content { what: "definitions that do not match their hash".to_owned() });
        }
        for tag in &plan.tags {
            let sound = match (&tag.kind, content.artifacts.get(&tag.name)) {
                (Kind::Rfm(_), Some(Artifact::Rfm(_)))
                | (Kind::Lifetime(_), Some(Artifact::Lifetime(_)))
                | (Kind::Lifecycle(_), Some(Artifact::Lifecycle(_))) => true,
                (Kind::Churn(plan), Some(Artifact::Churn(fitted))) => churn::is_sound(plan, Some(&**fitted)),
                (Kind::Churn(plan), None) => churn::is_sound(plan, None),
                (Kind::Classify(classify), Some(Artifact::Classifier(fitted))) => {
                    fitted.features() == classify.feature_specs
                }
                (Kind::Model(model), artifact) => model.is_sound(artifact),
                (Kind::Persona(plan), Some(Artifact::Persona(fitted))) => persona::is_sound(plan, fitted),
                (Kind::Scorecard(plan), Some(Artifact::Scorecard(fitted))) => {
                    scorecard::is_sound(plan, fitted)
                }
                (
                    Kind::Rfm(_)
                    | Kind::Classify(_)
                    | Kind::Lifetime(_)
                    | Kind::Lifecycle(_)
                    | Kind::Churn(_)
                    | Kind::Persona(_)
                    | Kind::Scorecard(_),
                    _,
                ) => false,
                _ => true,
            };
            if !sound {
                return Err(StoreError::Content { what: format!("no sound model for tag `{}`", tag.name) });
            }
        }
        Ok(Self::new(Arc::new(plan), content.artifacts, content.as_of))
    }

    /// Writes it to a file.
    ///
    /// # Errors
    /// [`StoreError::Io`] with the path where the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        store::write(path.as_ref(), &self.to_bytes()?)
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// As [`from_bytes`](Self::from_bytes), and [`StoreError::Io`] where the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::from_bytes(&store::read(path.as_ref())?)
    }
}
