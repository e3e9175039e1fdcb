//! A set of rules that is replaced while it is in use.

use std::sync::{Arc, PoisonError, RwLock};

use crate::rule::RuleSet;

/// A set of rules that can be replaced while others use it.
///
/// ```
/// use tagloom::rule::{RuleDef, RuleSet, RuleSetDef, SharedRules};
///
/// let mut def = RuleSetDef::default();
/// def.rules.insert("adult".into(), RuleDef::new("age >= 18"));
/// let rules = SharedRules::new(RuleSet::new(def.clone())?);
/// let in_use = rules.current();
/// def.version = Some("2".into());
/// rules.replace(RuleSet::new(def)?);
/// assert_eq!((in_use.def().version.clone(), rules.current().def().version.as_deref()), (None, Some("2")));
/// # Ok::<(), tagloom::rule::RuleError>(())
/// ```
#[derive(Debug)]
pub struct SharedRules(RwLock<Arc<RuleSet>>);

impl SharedRules {
    /// Shares a set.
    pub fn new(set: RuleSet) -> Self {
        Self(RwLock::new(Arc::new(set)))
    }

    /// The set as it is now; whoever holds it keeps it through a replacement.
    pub fn current(&self) -> Arc<RuleSet> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another set in its place, and gives the one before.
    pub fn replace(&self, set: RuleSet) -> Arc<RuleSet> {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *held, Arc::new(set))
    }
}
