//! The columns of the tags that were checked so far.

use std::ops::Range;

use crate::catalog::model::Layer;
use crate::engine::plan::context::Context;
use crate::engine::plan::names::column_name;
use crate::expr::{self, Field};
use crate::fact::FieldType;
use crate::value::DataType;

/// The columns of the tags that were checked so far, and the program over them.
pub(super) struct Known {
    pub(super) rules: expr::Program,
    columns: Vec<KnownColumn>,
}

struct KnownColumn {
    layer: Layer,
    data_type: DataType,
    /// Through what the column may know what happened later.
    leak: Option<String>,
}

impl Known {
    pub(super) fn new() -> Self {
        Self { rules: expr::Program::new(expr::Schema::new()), columns: Vec::new() }
    }

    /// Adds a tag's columns; gives the position of the first. The value of a tag that has a name of its own as a field
    /// (`tier.level`) is found under both.
    pub(super) fn declare(
        &mut self,
        tag: &str,
        layer: Layer,
        fields: &[FieldType],
        main: Option<&str>,
        leak: Option<&str>,
    ) -> usize {
        let first = self.columns.len();
        for field in fields {
            let name = column_name(tag, field.name.as_deref());
            let at = self.rules.declare(Field { name, data_type: field.data_type, nullable: field.nullable });
            if let Some(main) = main.filter(|_| field.name.is_none()) {
                self.rules.declare_alias(&column_name(tag, Some(main)), at);
            }
            let leak = leak.map(str::to_owned);
            self.columns.push(KnownColumn { layer, data_type: field.data_type, leak });
        }
        first
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.rules.schema().index_of(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.rules.schema().fields().iter().map(|field| field.name.as_str())
    }

    pub(super) fn name(&self, column: usize) -> &str {
        &self.rules.schema().fields()[column].name
    }

    pub(super) fn layer(&self, column: usize) -> Layer {
        self.columns[column].layer
    }

    pub(super) fn data_type(&self, column: usize) -> DataType {
        self.columns[column].data_type
    }

    pub(super) fn leak(&self, column: usize) -> Option<&str> {
        self.columns[column].leak.as_deref()
    }

    /// Through what any of a tag's inputs may know what happened later.
    pub(super) fn leak_of(&self, inputs: impl IntoIterator<Item = Range<usize>>) -> Option<String> {
        let leak = |column: usize| Some(format!("`{}` -> {}", self.name(column), self.leak(column)?));
        inputs.into_iter().flatten().find_map(leak)
    }

    /// Compiles an expression of a tag over the columns so far.
    pub(super) fn compile(
        &mut self,
        context: &mut Context<'_, '_>,
        field: &[&str],
        text: &str,
        wants_bool: bool,
    ) -> Option<expr::RootId> {
        let path: Vec<&str> = ["tags", context.tag].into_iter().chain(field.iter().copied()).collect();
        let compiled = if wants_bool { self.rules.add_bool(text) } else { self.rules.add(text) };
        match compiled {
            Ok(root) => {
                context.problems.add_warnings(&path, self.rules.warnings(root));
                Some(root)
            }
            Err(errors) => {
                context.problems.add_expression(&path, &errors);
                None
            }
        }
    }
}
