//! The language of headings and labels.

use crate::catalog::model::{CatalogFile, Layer, TagDef};
use crate::marketing::Language;

/// Headings and labels in one language; what comes from the catalogue stands as it is written there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(Language);

impl Words {
    /// Chinese for a catalogue whose titles are mostly Chinese, English otherwise.
    pub(super) fn of_catalog(file: &CatalogFile) -> Self {
        let titles = file.tags.iter().map(|(name, def)| def.title.as_ref().unwrap_or(name));
        Self::of_titles(file.title.iter().chain(titles).map(String::as_str))
    }

    /// Of a language.
    pub(super) fn in_language(language: Language) -> Self {
        Self(language)
    }

    /// As the title, or else the name, of a tag.
    pub(super) fn of_tag(name: &str, def: &TagDef) -> Self {
        Self::of_titles([def.title.as_deref().unwrap_or(name)].into_iter())
    }

    fn of_titles<'a>(titles: impl Iterator<Item = &'a str>) -> Self {
        let (chinese, other): (Vec<&str>, Vec<&str>) = titles.partition(|title| title.chars().any(is_han));
        Self(if chinese.len() > other.len() { Language::Zh } else { Language::En })
    }

    /// The language.
    pub(super) fn language(self) -> Language {
        self.0
    }

    /// The one of two texts that is in the language.
    pub(super) fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self.0 {
            Language::En => en,
            Language::Zh => zh,
        }
    }

    /// The language tag of a page.
    pub(super) fn language_tag(self) -> &'static str {
        self.pick("en", "zh-Hans")
    }

    /// The name of a layer.
    pub(super) fn layer(self, layer: Layer) -> &'static str {
        match layer {
            Layer::Fact => self.pick("Facts", "事实标签"),
            Layer::Predicted => self.pick("Predicted", "预测标签"),
            Layer::Model => self.pick("Models", "模型标签"),
            Layer::Business => self.pick("Business", "业务标签"),
        }
    }

    /// What a layer is.
    pub(super) fn about_layer(self, layer: Layer) -> &'static str {
        match layer {
            Layer::Fact => self.pick("Straight from rows of the sources.", "直接来自数据行。"),
            Layer::Predicted => {
                self.pick("Probabilities, learnt from earlier points in time.", "由历史时点学习得到的概率。")
            }
            Layer::Model => self.pick("Marketing models over facts.", "基于事实的营销模型。"),
            Layer::Business => self.pick("Rules over all layers below.", "基于下层标签的业务规则。"),
        }
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}
