//! Names of people who do not exist.

use crate::random::Random;

const FAMILY_CN: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "林",
    "欧阳", "上官", "司马",
];
const GIVEN_CN: [&str; 24] = [
    "伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平",
    "刚", "桂英", "建国", "子涵", "梓轩", "雨桐", "浩然",
];
const GIVEN: [&str; 16] = [
    "Ada", "Björn", "Chloé", "Dmitri", "Elena", "Farid", "Grace", "Håkon", "Inés", "Jonas", "Katja", "Liam",
    "Maeve", "Nuno", "Olga", "Priya",
];
const FAMILY: [&str; 16] = [
    "Abbott",
    "Bergström",
    "Castillo",
    "D'Angelo",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lefèvre",
    "Müller",
    "Novák",
    "O'Brien",
    "Patel",
];

/// A made-up name: three of four are Chinese.
pub(crate) fn name(random: &mut Random) -> String {
    if random.chance(0.75) {
        format!("{}{}", random.pick(&FAMILY_CN), random.pick(&GIVEN_CN))
    } else {
        format!("{} {}", random.pick(&GIVEN), random.pick(&FAMILY))
    }
}

/// A mobile number with the prefix 154, under which no operator sells numbers. Different for different `index` below
/// 10⁸.
pub(crate) fn mobile(index: usize) -> String {
    // 48271 has no factor in common with 10^8, so that no two are alike.
    format!("154{:08}", index.wrapping_mul(48_271) % 100_000_000)
}
