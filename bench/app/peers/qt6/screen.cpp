// The screen in Qt 6, with the toolkit's own layouts, labels and buttons.
#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QVBoxLayout>
#include <QWidget>

static void arch(QPainter &painter, QRgb colour, QRectF area)
{
    QPainterPath path;
    const qreal across = area.width();
    path.moveTo(area.bottomLeft());
    path.arcTo(QRectF(area.topLeft(), QSizeF(across, across)), 180, -180);
    path.lineTo(area.bottomRight());
    painter.fillPath(path, QColor(colour));
}

class Panel : public QWidget {
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.fillRect(rect(), QColor(0xE4EBE6));
        arch(painter, 0xC9D8D0, QRectF(60, 170, 240, 430));
        arch(painter, 0x0E6B5E, QRectF(79, 204, 202, 396));
        painter.fillRect(QRectF(267, 434, 6, 18), QColor(0xFFF1C9));
    }
};

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    application.setStyleSheet(
        "QWidget#screen { background: #F7F5F0; }"
        "QLabel { font-size: 15px; color: #4C5853; }"
        "QLabel#heading { font-size: 26px; font-weight: 600; color: #16201D; }"
        "QPushButton { font-size: 15px; min-height: 38px; padding: 0 19px; color: #16201D;"
        " border: 1px solid #727F79; border-radius: 8px; }"
        "QPushButton#primary { color: #FFFFFF; background: #0B6357; border-color: #0B6357; }");
    QWidget screen;
    screen.setObjectName("screen");
    screen.setWindowTitle("peer");
    screen.resize(1000, 600);

    auto *panel = new Panel;
    panel->setFixedWidth(360);
    auto *heading = new QLabel("Sign in to 127.0.0.1:4400");
    heading->setObjectName("heading");
    auto *first = new QPushButton("Sign in");
    first->setObjectName("primary");

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(first);
    buttons->addWidget(new QPushButton("Sign in with a phone"));
    buttons->addStretch();
    auto *page = new QVBoxLayout;
    page->setSpacing(16);
    page->setContentsMargins(64, 0, 68, 0);
    page->addStretch();
    page->addWidget(heading);
    page->addWidget(new QLabel("Your browser will open. No password is typed in this app."));
    page->addLayout(buttons);
    page->addStretch();
    auto *row = new QHBoxLayout(&screen);
    row->setSpacing(0);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(panel);
    row->addLayout(page);

    screen.show();
    return application.exec();
}
