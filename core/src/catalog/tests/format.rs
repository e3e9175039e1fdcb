//! All notations say the same.

use std::path::Path;

use super::{HEAD, SHOP_JSON, SHOP_TOML, SHOP_YAML, yaml};
use crate::catalog::{Format, Parsed};

#[test]
fn equal_content_is_equal() {
    let yaml = yaml(SHOP_YAML).map_err(|error| error.render()).unwrap();
    let json = Parsed::read(SHOP_JSON, Format::Json, None).map_err(|error| error.render()).unwrap();
    let toml = Parsed::read(SHOP_TOML, Format::Toml, None).map_err(|error| error.render()).unwrap();
    assert_eq!(yaml.file, json.file);
    assert_eq!(yaml.file, toml.file);
    // The order of names is kept.
    assert_eq!(yaml.file.identifiers.keys().collect::<Vec<_>>(), ["member", "phone", "device"]);
    assert_eq!(toml.file.identifiers.keys().collect::<Vec<_>>(), ["member", "phone", "device"]);
    let hash = yaml.file.definition_hash();
    assert_eq!(hash, json.file.definition_hash());
    assert_eq!(hash, toml.file.definition_hash());
    assert_eq!(
        yaml.file.tags["vip_drifting"].rule.as_deref(),
        Some("tier = '金卡会员' AND churn_risk.probability >= 0.6")
    );
    assert_eq!(yaml.file.identifiers["phone"].block, ["13800138000"]);
}

#[test]
fn built_in_code_reads_back() {
    let file = yaml(SHOP_YAML).unwrap().file;
    let again = Parsed::from_file(&file).map_err(|error| error.render()).unwrap();
    assert_eq!(again.file, file);
    let mut bad = file.clone();
    bad.timezone = "Asia/Shanghia".to_owned();
    let error = Parsed::from_file(&bad).unwrap_err();
    assert_eq!(error.code(), "catalog.unknown_timezone");
    assert_eq!(error.problems[0].help.as_deref(), Some("did you mean `Asia/Shanghai`?"));
}

#[test]
fn byte_order_mark_and_windows_line_ends() {
    let windows = format!("\u{feff}{}", SHOP_YAML.replace('\n', "\r\n"));
    assert_eq!(yaml(&windows).map_err(|error| error.render()).unwrap().file, yaml(SHOP_YAML).unwrap().file);
    let windows = format!("\u{feff}{}", SHOP_TOML.replace('\n', "\r\n"));
    let toml = Parsed::read(&windows, Format::Toml, None).map_err(|error| error.render()).unwrap();
    assert_eq!(toml.file, yaml(SHOP_YAML).unwrap().file);
    let error = yaml(&format!("\u{feff}{HEAD}nmae: x\r\n").replace('\n', "\r\n")).unwrap_err();
    assert_eq!((error.problems[0].line, error.problems[0].column), (Some(5), Some(1)));
}

#[test]
fn plain_scalars_are_texts_where_texts_are_wanted() {
    let text = "tagloom: 1\nname: 1.10\nversion: 2026\ntitle: no\nidentifiers: {member: }\nsources: {s: {kind: records}}\ntags:\n";
    let file = yaml(text).map_err(|error| error.render()).unwrap().file;
    assert_eq!(
        (file.name.as_str(), file.version.as_deref(), file.title.as_deref()),
        ("1.10", Some("2026"), Some("no"))
    );
    assert!(file.tags.is_empty());
}

#[test]
fn merges_keep_what_is_there() {
    let text = format!(
        "{HEAD}tags:\n  a: &a {{layer: fact, unit: CNY, owner: crm}}\n  b: &b {{<<: *a, owner: shop, title: b}}\n  c: {{<<: [*b, *a], unit: USD}}\n"
    );
    let tags = yaml(&text).map_err(|error| error.render()).unwrap().file.tags;
    let of = |name: &str| {
        let tag = &tags[name];
        [&tag.unit, &tag.owner, &tag.title].map(|field| field.clone().unwrap_or_default())
    };
    assert_eq!(of("b"), ["CNY", "shop", "b"]);
    assert_eq!(of("c"), ["USD", "shop", "b"]);
}

#[test]
fn format_by_ending_and_by_text() {
    assert_eq!(Format::of_path(Path::new("a/shop.YML")), Some(Format::Yaml));
    assert_eq!(Format::of_path(Path::new("shop.json")), Some(Format::Json));
    assert_eq!(Format::of_path(Path::new("shop.toml")), Some(Format::Toml));
    assert_eq!(Format::of_path(Path::new("shop")), None);
    assert_eq!(Format::guess("\u{feff} \n{"), Format::Json);
    assert_eq!(Format::guess("tagloom: 1"), Format::Yaml);
}

#[test]
fn definitions_that_say_the_same_have_the_same_hash() {
    let hash = |tag: &str| {
        let file = yaml(&format!("{HEAD}tags: {{t: {tag}}}\n")).map_err(|error| error.render()).unwrap().file;
        file.tags["t"].definition_hash()
    };
    let short = hash("{layer: model, rfm: {events: o, amount: a}}");
    let long = hash(
        "{rfm: {amount: a, language: en, segments: eleven, score: {quantile: 5}, returns: net, events: o}, personal: false, keys: [], layer: model}",
    );
    assert_eq!(short, long);
    assert_ne!(short, hash("{layer: model, rfm: {events: o, amount: b}}"));
    assert_eq!(short.to_string().len(), 16);
    let written = serde_json::to_string(&short).unwrap();
    assert_eq!(written.len(), 66);
    assert!(written[1..].starts_with(&short.to_string()));
    assert_eq!(serde_json::from_str::<crate::catalog::DefinitionHash>(&written).unwrap(), short);
    // Computed by Python's blake3 package over the canonical text:
    // blake3(b'{"layer":"fact","personal":true,"title":"\u6027\u522b"}' in UTF-8).hexdigest()[:16].
    assert_eq!(hash("{title: 性别, personal: true, layer: fact}").to_string(), "ad9b96d38ce2e89a");
}

#[test]
fn order_of_identifiers_counts() {
    let hash = |identifiers: &str| {
        let text =
            format!("tagloom: 1\nname: x\nidentifiers: {identifiers}\nsources: {{s: {{kind: records}}}}\n");
        yaml(&text).unwrap().file.definition_hash()
    };
    assert_ne!(hash("{a: {}, b: {}}"), hash("{b: {}, a: {}}"));
}

#[test]
fn files() {
    let folder = std::env::temp_dir().join(format!("tagloom-catalog-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.join(name), bytes).unwrap();
        Parsed::load(folder.join(name))
    };
    assert_eq!(write("shop.toml", SHOP_TOML.as_bytes()).unwrap().format(), Format::Toml);
    assert_eq!(write("shop.catalogue", SHOP_JSON.as_bytes()).unwrap().format(), Format::Json);
    // 性 in GBK.
    let error = write("gbk.yaml", b"tagloom: 1\nname: \xd0\xd4\n").unwrap_err();
    assert_eq!(error.code(), "catalog.not_utf8");
    assert!(
        error.to_string().ends_with("gbk.yaml: catalog.not_utf8: line 2 is no UTF-8; save the file as UTF-8"),
        "{error}"
    );
    let missing = Parsed::load(folder.join("none.yaml")).unwrap_err();
    assert_eq!(missing.code(), "catalog.unreadable");
    assert_eq!(missing.io_error().map(std::io::Error::kind), Some(std::io::ErrorKind::NotFound));
    std::fs::remove_dir_all(&folder).unwrap();
}
