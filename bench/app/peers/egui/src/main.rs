//! The screen in egui, with its own labels and buttons, painted by OpenGL.

use eframe::egui::{
    self, Color32, CornerRadius, Frame, Margin, Pos2, Rect, RichText, Shape, Stroke, Ui, Vec2,
    ViewportBuilder, pos2, vec2,
};

fn main() -> eframe::Result {
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default().with_inner_size([1000.0, 600.0]),
        renderer: eframe::Renderer::Glow,
        ..Default::default()
    };
    let create = |creation: &eframe::CreationContext<'_>| {
        creation.egui_ctx.set_theme(egui::Theme::Light);
        Ok(Box::new(Screen) as Box<dyn eframe::App>)
    };
    eframe::run_native("peer", options, Box::new(create))
}

struct Screen;

impl eframe::App for Screen {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let ground = Frame::new().fill(colour(0xF7_F5_F0));
        let panel = Frame::new().fill(colour(0xE4_EB_E6));
        egui::Panel::left("panel")
            .exact_size(360.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(panel)
            .show(ui, door);
        let page = ground.inner_margin(Margin {
            left: 64,
            ..Margin::ZERO
        });
        egui::CentralPanel::default().frame(page).show(ui, page_of);
    }
}

fn door(ui: &mut Ui) {
    let painter = ui.painter();
    arch(painter, 0xC9_D8_D0, pos2(60.0, 170.0), vec2(240.0, 430.0));
    arch(painter, 0x0E_6B_5E, pos2(79.0, 204.0), vec2(202.0, 396.0));
    let knob = Rect::from_min_size(pos2(267.0, 434.0), vec2(6.0, 18.0));
    painter.rect_filled(knob, 3.0, colour(0xFF_F1_C9));
}

fn arch(painter: &egui::Painter, rgb: u32, at: Pos2, size: Vec2) {
    let half = size.x / 2.0;
    let area = Rect::from_min_size(at, size);
    painter.add(Shape::rect_filled(
        area.with_min_y(at.y + half),
        CornerRadius::ZERO,
        colour(rgb),
    ));
    painter.circle_filled(pos2(at.x + half, at.y + half), half, colour(rgb));
}

fn page_of(ui: &mut Ui) {
    ui.spacing_mut().item_spacing = vec2(8.0, 16.0);
    ui.spacing_mut().button_padding = vec2(19.0, 0.0);
    // egui lays out from the top: what is above the middle is told.
    ui.add_space(230.0);
    ui.label(text("Sign in to 127.0.0.1:4400", 26.0, 0x16_20_1D));
    let sentence = "Your browser will open. No password is typed in this app.";
    ui.label(text(sentence, 15.0, 0x4C_58_53));
    ui.horizontal(|ui| {
        let first = egui::Button::new(text("Sign in", 15.0, 0xFF_FF_FF))
            .fill(colour(0x0B_63_57))
            .corner_radius(8.0)
            .min_size(vec2(92.0, 40.0));
        ui.add(first);
        let second = egui::Button::new(text("Sign in with a phone", 15.0, 0x16_20_1D))
            .fill(Color32::TRANSPARENT)
            .stroke(Stroke::new(1.0, colour(0x72_7F_79)))
            .corner_radius(8.0)
            .min_size(vec2(182.0, 40.0));
        ui.add(second);
    });
}

fn text(words: &str, size: f32, rgb: u32) -> RichText {
    RichText::new(words).size(size).color(colour(rgb))
}

fn colour(rgb: u32) -> Color32 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}
