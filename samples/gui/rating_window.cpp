#include "rating_window.h"

#include <QHeaderView>
#include <QMetaObject>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace {

constexpr int tableRows = 200;

QString text(const std::optional<std::string>& value) {
    return value ? QString::fromStdString(*value) : QString();
}

QString text(const std::optional<ksqldb::Timestamp>& value) {
    return value ? QString::fromStdString(ksqldb::toString(*value)).replace('T', ' ') : QString();
}

QLabel* label(const QString& style) {
    auto* made = new QLabel;
    made->setStyleSheet(style);
    made->setTextFormat(Qt::PlainText);  // what a server says is no HTML
    return made;
}

}  // namespace

RatingWindow::RatingWindow(ksqldb::Client& client)
    : chart_(new Chart),
      table_(new QTableWidget(0, 6)),
      state_(label("font-weight: 600")),
      counts_(label("color: #59616b")) {
    setWindowTitle("Ratings");
    resize(760, 540);
    table_->setHorizontalHeaderLabels({"Rating", "Stars", "User", "Channel", "Message", "At"});
    table_->verticalHeader()->hide();
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setAlternatingRowColors(true);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(4, QHeaderView::Stretch);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    state_->setText("connecting");
    state_->setWordWrap(true);

    auto* layout = new QVBoxLayout(this);
    layout->addWidget(state_);
    layout->addWidget(chart_, 3);
    layout->addWidget(table_, 2);
    layout->addWidget(counts_);

    // The callbacks run here, on the GUI's thread. Qt drops what is still queued for a window that
    // is gone.
    const auto toThisWindow = [this](std::function<void()> task) {
        QMetaObject::invokeMethod(this, std::move(task), Qt::QueuedConnection);
    };
    query_ = client.streamQuery("select * from RATINGS EMIT CHANGES;", callbacks(),
                                ksqldb::StreamOptions()
                                    .executor(toThisWindow)
                                    .minInterval(33ms)  // 30 times a second
                                    .maxRowsPerCall(tableRows)
                                    .overflow(ksqldb::Overflow::KeepLatest));
}

ksqldb::StreamCallbacks RatingWindow::callbacks() {
    ksqldb::StreamCallbacks all;
    all.onHeader = [this](ksqldb::StreamControl&, const ksqldb::Header& header) {
        reader_.emplace(header.schema());
        state_->setText("following " + text(header.queryId()));
    };
    all.onRows = [this](ksqldb::StreamControl& control, const ksqldb::RowBatch& rows) {
        table_->setUpdatesEnabled(false);
        for (const ksqldb::RowView row : rows) add((*reader_)(row));
        table_->setUpdatesEnabled(true);
        showCounts(control.counts());
        if (doneAfterRows != 0 && control.counts().delivered >= doneAfterRows) control.cancel();
    };
    all.onEnd = [this](const ksqldb::Ending& ending) { showEnd(ending); };
    return all;
}

void RatingWindow::add(const Rating& rating) {
    chart_->add({rating.stars, "#" + QString::number(rating.id)});
    table_->insertRow(0);
    const QString cells[] = {QString::number(rating.id), QString(rating.stars, QChar(0x2605)),
                             text(rating.user),          text(rating.channel),
                             text(rating.message),       text(rating.when)};
    int column = 0;
    for (const QString& cell : cells) table_->setItem(0, column++, new QTableWidgetItem(cell));
    table_->setRowCount(std::min(table_->rowCount(), tableRows));
}

void RatingWindow::showCounts(const ksqldb::RowCounts& counts) {
    QString text = QString("%1 ratings").arg(counts.delivered);
    if (counts.dropped > 0)
        text += QString(", and %1 more than can be drawn, skipped").arg(counts.dropped);
    counts_->setText(text);
}

void RatingWindow::showEnd(const ksqldb::Ending& ending) {
    failed_ = ending.error() != nullptr;
    if (failed_) {
        state_->setStyleSheet("font-weight: 600; color: #b3261e");
        state_->setText(QString::fromUtf8(ending.error()->what()));
    } else {
        const bool cancelled = ending.kind() == ksqldb::Ending::Kind::Cancelled;
        state_->setText(cancelled ? "stopped" : "the query has ended");
    }
    if (onDone) onDone();
}
