//! A person's eyes: the words on a picture of the screen, and where they are.

use std::path::Path;

use crate::desktop::{Desktop, run};

/// How many times larger the letters have to be for whoever reads them.
const TIMES: u32 = 3;

/// What can be read on a picture, a line after the other.
pub struct Sight(Vec<Line>);

/// Words beside each other.
type Line = Vec<Word>;

struct Word {
    text: String,
    /// Left, top, width and height.
    place: [u32; 4],
}

impl Sight {
    /// Reads a picture.
    pub fn of(desktop: &Desktop, png: &Path) -> Self {
        // In the negative, the light words on dark buttons are read as well as the others.
        let large = desktop.folder().join("large.png");
        let mut convert = desktop.command("convert");
        convert.arg(png).args(["-colorspace", "gray", "-negate"]);
        let times = format!("{TIMES}00%");
        run(convert.args(["-resize", &times]).arg(&large));
        // 3 takes a picture for a page of blocks, 6 for one block: what stands in a frame is
        // found now by the one, now by the other.
        let read = |mode: &str| {
            let mut tesseract = desktop.command("tesseract");
            // More threads than processors make it many times slower.
            tesseract.env("OMP_THREAD_LIMIT", "1").arg(&large);
            let read = run(tesseract.args(["-", "--psm", mode, "tsv"]));
            lines(&String::from_utf8(read.stdout).unwrap())
        };
        Self(["3", "6"].into_iter().flat_map(read).collect())
    }

    /// The middle of these words, if they stand somewhere beside each other.
    pub fn find(&self, words: &str) -> Option<(u32, u32)> {
        let words: Vec<&str> = words.split(' ').collect();
        let mut places = self.0.iter().flat_map(|line| line.windows(words.len()));
        let found = places.find(|at| at.iter().map(|word| word.text.as_str()).eq(words.clone()))?;
        let (first, last) = (found.first()?.place, found.last()?.place);
        let middle = (first[0] + last[0] + last[2]) / 2;
        Some((middle / TIMES, (first[1] + first[3] / 2) / TIMES))
    }

    /// All that was read, for whoever has to find out why words were not.
    pub fn text(&self) -> String {
        let line = |line: &Line| {
            let words: Vec<&str> = line.iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The lines in a table of tesseract's.
fn lines(table: &str) -> Vec<Line> {
    let mut lines: Vec<(Vec<&str>, Line)> = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        // Of the rows that are no word, the last cell is empty.
        let [
            _,
            page,
            block,
            paragraph,
            line,
            _,
            left,
            top,
            width,
            height,
            _,
            text,
        ] = cells[..]
        else {
            continue;
        };
        if text.trim().is_empty() {
            continue;
        }
        let word = Word {
            text: text.to_owned(),
            place: [left, top, width, height].map(|number| number.parse().unwrap()),
        };
        let number = vec![page, block, paragraph, line];
        match lines.last_mut() {
            Some((last, words)) if *last == number => words.push(word),
            _ => lines.push((number, vec![word])),
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}
