#include "rating_window.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QSplitter>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>
#include <chrono>

using namespace std::chrono_literals;

namespace {

/// The seconds over which rows a second are counted.
constexpr int rateSeconds = 3;

QString number(std::uint64_t value) { return QLocale().toString(qulonglong(value)); }

QLabel* figure(const char* name) {
    auto* made = new QLabel("0");
    made->setObjectName(name);
    QFont large = made->font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setBold(true);
    made->setFont(large);
    return made;
}

QTableView* tableOf(QAbstractItemModel* model) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setObjectName("table");
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setWordWrap(false);
    table->setMinimumHeight(90);
    // Fixed widths: columns that follow their contents would jump with each row.
    const char* const widest[] = {"100000000",  "Stars 5 *", "a user's name",
                                  "android xx", "",          "2026-11-23 09:00:05.000"};
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    for (int column = 0; column < model->columnCount(); ++column)
        table->setColumnWidth(column, table->fontMetrics().horizontalAdvance(widest[column]) + 18);
    header->setSectionResizeMode(4, QHeaderView::Stretch);
    header->setMinimumSectionSize(60);
    return table;
}

}  // namespace

RatingWindow::RatingWindow()
    : span_(new QComboBox),
      button_(new QPushButton("Stop")),
      state_(new StateLine({span_, button_})),
      rate_(figure("rate")),
      shown_(figure("shown")),
      skipped_(figure("skipped")),
      gaps_(figure("gaps")),
      chart_(new Chart(history_)) {
    setWindowTitle("Ratings");
    setMinimumSize(460, 580);
    resize(820, 720);
    button_->setObjectName("button");
    span_->setObjectName("span");
    span_->setToolTip("the time that the chart shows");
    chart_->setObjectName("chart");
    for (const auto& [text, seconds] :
         {std::pair("last minute", 60), std::pair("last 5 minutes", 300),
          std::pair("last 30 minutes", 1800)})
        span_->addItem(text, seconds);
    connect(button_, &QPushButton::clicked, this, [this] { onButton(); });
    connect(span_, &QComboBox::currentIndexChanged, this,
            [this] { chart_->showLast(span_->currentData().toInt()); });

    auto* parts = new QSplitter(Qt::Vertical);
    parts->addWidget(chart_);
    parts->addWidget(tableOf(&model_));
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    parts->setChildrenCollapsible(false);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(state_);
    layout->addWidget(figures());
    layout->addWidget(parts, 1);

    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this] { tick(); });
    timer->start(100ms);
}

QWidget* RatingWindow::figures() {
    auto* made = new QWidget;
    auto* layout = new QHBoxLayout(made);
    layout->setContentsMargins(0, 0, 0, 0);
    const std::pair<QLabel*, const char*> all[] = {{rate_, "rows a second"},
                                                   {shown_, "rows shown"},
                                                   {skipped_, "rows skipped"},
                                                   {gaps_, "gaps"}};
    for (const auto& [value, name] : all) {
        auto* column = new QVBoxLayout;
        column->setSpacing(0);
        column->addWidget(value);
        column->addWidget(new QLabel(name));
        layout->addLayout(column, 1);
    }
    return made;
}

void RatingWindow::showState(QueryState state, const QString& detail) {
    state_->setState(state, detail);
    const bool isOver = state == QueryState::Ended || state == QueryState::Failed;
    button_->setText(isOver ? "Start" : "Stop");
    lastSign_ = History::Clock::now();
    hasRows_ = false;
    tick();
}

void RatingWindow::add(const std::vector<Rating>& ratings, std::uint64_t skipped) {
    lastSign_ = History::Clock::now();
    hasRows_ = true;
    for (const Rating& rating : ratings) history_.add(rating.stars);
    history_.skip(skipped);
    shownRows_ += ratings.size();
    skippedRows_ += skipped;
    model_.add(ratings);
    tick();
}

void RatingWindow::addGap() {
    history_.addGap();
    ++gapCount_;
    tick();
}

void RatingWindow::tick() {
    const std::int64_t now = History::now();
    const History::Span full = history_.between(now - rateSeconds, now);
    const double rate = static_cast<double>(full.ratings() + full.skipped) / rateSeconds;
    rate_->setText(QLocale().toString(rate, 'f', rate < 100 ? 1 : 0));
    shown_->setText(number(shownRows_));
    skipped_->setText(number(skippedRows_));
    gaps_->setText(number(gapCount_));

    using std::chrono::seconds;
    const auto silence = std::chrono::duration_cast<seconds>(History::Clock::now() - lastSign_);
    Traffic traffic = hasRows_ && silence < 3s ? Traffic::Rows : Traffic::None;
    if (history_.between(now - 1, now + 1).skipped > 0) traffic = Traffic::MoreThanIsShown;
    state_->setTraffic(traffic, static_cast<int>(silence.count()));
    chart_->update();
}
