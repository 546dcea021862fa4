#include "state_line.h"

#include <QHBoxLayout>
#include <QPalette>
#include <QVBoxLayout>

namespace {

struct Look {
    const char* title;
    const char* colour;
};

Look look(QueryState state, Traffic traffic) {
    switch (state) {
        case QueryState::Connecting:
            return {"Connecting", "#59616b"};
        case QueryState::Reconnecting:
            return {"Reconnecting", "#b45309"};
        case QueryState::Ended:
            return {"The query has ended", "#59616b"};
        case QueryState::Failed:
            return {"The query has ended", "#b3261e"};
        case QueryState::Following:
            break;
    }
    switch (traffic) {
        case Traffic::None:
            return {"Waiting for rows", "#1667a0"};
        case Traffic::Rows:
            return {"Live", "#1b7f3b"};
        case Traffic::MoreThanIsShown:
            break;
    }
    return {"Catching up", "#b45309"};
}

QLabel* label(const char* name) {
    auto* made = new QLabel;
    made->setObjectName(name);
    made->setTextFormat(Qt::PlainText);  // what a server says is no HTML
    return made;
}

}  // namespace

StateLine::StateLine(std::initializer_list<QWidget*> controls)
    : mark_(label("mark")), title_(label("state")), detail_(label("stateDetail")) {
    mark_->setText(QChar(0x25cf));
    QFont bold = title_->font();
    bold.setBold(true);
    bold.setPointSizeF(bold.pointSizeF() * 1.2);
    title_->setFont(bold);
    mark_->setFont(bold);
    detail_->setWordWrap(true);
    detail_->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    line->addWidget(mark_);
    line->addWidget(title_, 1);
    for (QWidget* control : controls) line->addWidget(control);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(line);
    layout->addWidget(detail_);
    showAll();
}

void StateLine::setState(QueryState state, const QString& detail) {
    state_ = state;
    text_ = detail;
    showAll();
}

void StateLine::setTraffic(Traffic traffic, int silentSeconds) {
    traffic_ = traffic;
    silentSeconds_ = silentSeconds;
    showAll();
}

void StateLine::showAll() {
    const Look now = look(state_, traffic_);
    title_->setText(now.title);
    QPalette colours = mark_->palette();
    colours.setColor(QPalette::WindowText, now.colour);
    mark_->setPalette(colours);
    QString detail = text_;
    if (state_ == QueryState::Following && traffic_ == Traffic::None)
        detail += QString(", no row for %1 s").arg(silentSeconds_);
    if (state_ == QueryState::Following && traffic_ == Traffic::MoreThanIsShown)
        detail += ", more rows come than are shown: older ones are skipped";
    constexpr int longest = 400;
    detail_->setText(detail.size() > longest ? detail.left(longest) + QChar(0x2026) : detail);
    detail_->setToolTip(detail);
}
