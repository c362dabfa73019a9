/* The screen in GTK, with the toolkit's own boxes, labels and buttons: one source for
 * GTK 3 and GTK 4. The arch is drawn with cairo, as GTK has no widget for it. */
#include <gtk/gtk.h>

static const char *style =
    "window { background: #F7F5F0; }"
    "window, button { font-size: 15px; }"
    ".heading { font-size: 26px; font-weight: 600; color: #16201D; }"
    ".sentence { color: #4C5853; }"
    "button { min-height: 38px; padding: 0 19px; border-radius: 8px; border: 1px solid #727F79;"
    " background: transparent; color: #16201D; }"
    "button.primary { background: #0B6357; border-color: #0B6357; color: #FFFFFF; }";

static void colour(cairo_t *cairo, unsigned rgb)
{
    cairo_set_source_rgb(cairo, (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

static void arch(cairo_t *cairo, unsigned rgb, double x, double y, double width, double height)
{
    colour(cairo, rgb);
    cairo_arc(cairo, x + width / 2, y + width / 2, width / 2, G_PI, 2 * G_PI);
    cairo_line_to(cairo, x + width, y + height);
    cairo_line_to(cairo, x, y + height);
    cairo_fill(cairo);
}

static void panel(cairo_t *cairo)
{
    colour(cairo, 0xE4EBE6);
    cairo_paint(cairo);
    arch(cairo, 0xC9D8D0, 60, 170, 240, 430);
    arch(cairo, 0x0E6B5E, 79, 204, 202, 396);
    colour(cairo, 0xFFF1C9);
    cairo_rectangle(cairo, 267, 434, 6, 18);
    cairo_fill(cairo);
}

#if GTK_MAJOR_VERSION == 3
static gboolean draw(GtkWidget *area, cairo_t *cairo, gpointer data)
{
    panel(cairo);
    return TRUE;
}

static void add(GtkWidget *box, GtkWidget *child)
{
    gtk_box_pack_start(GTK_BOX(box), child, FALSE, FALSE, 0);
}
#else
static void draw(GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer data)
{
    panel(cairo);
}

static void add(GtkWidget *box, GtkWidget *child)
{
    gtk_box_append(GTK_BOX(box), child);
}
#endif

static void give_class(GtkWidget *widget, const char *name)
{
    gtk_style_context_add_class(gtk_widget_get_style_context(widget), name);
}

static GtkWidget *label(const char *words, const char *class)
{
    GtkWidget *label = gtk_label_new(words);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    give_class(label, class);
    return label;
}

static GtkWidget *page(void)
{
    GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 16);
    GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *first = gtk_button_new_with_label("Sign in");
    give_class(first, "primary");
    add(buttons, first);
    add(buttons, gtk_button_new_with_label("Sign in with a phone"));
    add(page, label("Sign in to 127.0.0.1:4400", "heading"));
    add(page, label("Your browser will open. No password is typed in this app.", "sentence"));
    add(page, buttons);
    gtk_widget_set_valign(page, GTK_ALIGN_CENTER);
    gtk_widget_set_margin_start(page, 64);
    return page;
}

static void activate(GtkApplication *application, gpointer data)
{
    GtkWidget *window = gtk_application_window_new(application);
    GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    GtkWidget *area = gtk_drawing_area_new();
    GtkCssProvider *provider = gtk_css_provider_new();
    gtk_window_set_title(GTK_WINDOW(window), "peer");
    gtk_window_set_default_size(GTK_WINDOW(window), 1000, 600);
    gtk_window_set_decorated(GTK_WINDOW(window), FALSE);
    gtk_widget_set_size_request(area, 360, 600);
    add(row, area);
    add(row, page());
#if GTK_MAJOR_VERSION == 3
    gtk_css_provider_load_from_data(provider, style, -1, NULL);
    gtk_style_context_add_provider_for_screen(gtk_widget_get_screen(window),
        GTK_STYLE_PROVIDER(provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_signal_connect(area, "draw", G_CALLBACK(draw), NULL);
    gtk_container_add(GTK_CONTAINER(window), row);
    gtk_widget_show_all(window);
#else
    gtk_css_provider_load_from_data(provider, style, -1);
    gtk_style_context_add_provider_for_display(gtk_widget_get_display(window),
        GTK_STYLE_PROVIDER(provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, NULL, NULL);
    gtk_window_set_child(GTK_WINDOW(window), row);
    gtk_window_present(GTK_WINDOW(window));
#endif
}

int main(int argc, char **argv)
{
    GtkApplication *application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    g_signal_connect(application, "activate", G_CALLBACK(activate), NULL);
    return g_application_run(G_APPLICATION(application), argc, argv);
}
