#include "chart.h"

#include "plot.h"

#include <QPainterPath>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace {

const QColor ratingColor(0x34, 0x87, 0xbd);
const QColor meanColor(0xd9, 0x48, 0x2b);
const QColor skippedColor(0xe0, 0x9f, 0x1f);
const QColor gapColor(0xb4, 0x53, 0x09);

/// Draws the history into plots: a slot of time after the other, each some seconds long, so that
/// there are never more than a few hundred.
class Drawing {
public:
    Drawing(QPainter& painter, const History& history, double now, int span)
        : painter_(painter),
          history_(history),
          second_(static_cast<std::int64_t>(now)),
          each_(std::max(1, span / 150)),
          first_((second_ - span) / each_ * each_) {}

    int meanSeconds() const { return std::max(10, each_); }

    /// The highest number of rows a second, rounded up to one that is easily read.
    double mostRows() const {
        double most = 4;
        forEachSlot([&](std::int64_t, const History::Span& slot) {
            most = std::max(most, aSecond(slot.ratings() + slot.skipped));
        });
        const double unit = std::pow(10, std::floor(std::log10(most)));
        for (const double factor : {1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 6.0, 8.0})
            if (most <= factor * unit) return factor * unit;
        return 10 * unit;
    }

    /// A dot for each number of stars, the larger the more ratings it stands for.
    void ratings(const Plot& plot) const {
        QColor fill = ratingColor;
        fill.setAlphaF(0.6F);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(fill);
        forEachSlot([&](std::int64_t from, const History::Span& slot) {
            for (std::size_t i = 0; i < slot.stars.size(); ++i) {
                if (slot.stars[i] == 0) continue;
                const double radius = std::min(1.2 + 1.8 * std::sqrt(aSecond(slot.stars[i])), 10.0);
                painter_.drawEllipse(QPointF(plot.x(middle(from)), plot.y(double(i + 1))), radius,
                                     radius);
            }
        });
    }

    void mean(const Plot& plot) const {
        painter_.setPen(QPen(meanColor, 2));
        painter_.setBrush(Qt::NoBrush);
        QPainterPath path;
        bool isDrawing = false;
        forEachSlot([&](std::int64_t from, const History::Span&) {
            const History::Span around =
                history_.between(from + each_ - meanSeconds(), from + each_);
            const std::uint64_t count = around.ratings();
            if (count != 0) {
                const QPointF point(plot.x(middle(from)),
                                    plot.y(double(around.sum()) / double(count)));
                isDrawing ? path.lineTo(point) : path.moveTo(point);
            }
            isDrawing = count != 0;
        });
        painter_.drawPath(path);
    }

    /// Columns: what is shown, and above it what was skipped.
    void rows(const Plot& plot) const {
        forEachSlot([&](std::int64_t from, const History::Span& slot) {
            const double left = plot.x(double(from)) + 0.5;
            const double right = std::max(plot.x(double(from + each_)) - 0.5, left + 1);
            const double shown = aSecond(slot.ratings());
            const double all = shown + aSecond(slot.skipped);
            painter_.fillRect(QRectF(QPointF(left, plot.y(shown)), QPointF(right, plot.y(0))),
                              ratingColor);
            painter_.fillRect(QRectF(QPointF(left, plot.y(all)), QPointF(right, plot.y(shown))),
                              skippedColor);
        });
    }

    void gaps(const Plot& plot) const {
        painter_.setRenderHint(QPainter::Antialiasing, false);
        painter_.setPen(QPen(gapColor, 2, Qt::DashLine));
        forEachSlot([&](std::int64_t from, const History::Span& slot) {
            const double x = plot.x(double(from));
            if (slot.hasGap)
                painter_.drawLine(QPointF(x, plot.area.top()), QPointF(x, plot.area.bottom()));
        });
        painter_.setRenderHint(QPainter::Antialiasing);
    }

    /// Beside their lines, where there is room.
    void gapNames(const Plot& plot) const {
        const QString name = "gap";
        const double width = painter_.fontMetrics().horizontalAdvance(name) + 2;
        double free = plot.area.left();
        painter_.setPen(gapColor);
        forEachSlot([&](std::int64_t from, const History::Span& slot) {
            if (!slot.hasGap) return;
            const double x = plot.x(double(from));
            const double left = x + 4 + width < plot.area.right() ? x + 4 : x - 4 - width;
            if (left < free) return;
            painter_.drawText(QRectF(left, plot.area.top(), width, painter_.fontMetrics().height()),
                              Qt::AlignLeft | Qt::AlignVCenter, name);
            free = left + width;
        });
    }

private:
    double aSecond(std::uint64_t rows) const { return double(rows) / each_; }
    double middle(std::int64_t from) const { return double(from) + each_ / 2.0; }

    template <class Function>
    void forEachSlot(Function function) const {
        for (std::int64_t from = first_; from <= second_; from += each_)
            function(from, history_.between(from, from + each_));
    }

    QPainter& painter_;
    const History& history_;
    const std::int64_t second_;
    const int each_;  // seconds of a slot
    const std::int64_t first_;
};

}  // namespace

Chart::Chart(const History& history) : history_(history) {
    setMinimumSize(300, 240);
    setAccessibleName("Ratings and rows a second over the time of arrival");
}

void Chart::showLast(int seconds) {
    span_ = seconds;
    update();
}

void Chart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), palette().base());

    const int line = painter.fontMetrics().height();
    const double left = painter.fontMetrics().horizontalAdvance("000.0k") + 10;
    const double width = this->width() - left - 16;
    // Two lines of text below, one above each plot.
    const double height = this->height() - 2 * line - 2 * (line + 12) - 14;
    QColor ink = palette().color(QPalette::Text);
    ink.setAlphaF(0.75F);
    const double now =
        std::chrono::duration<double>(History::Clock::now().time_since_epoch()).count();
    const Drawing drawing(painter, history_, now, span_);

    const Plot stars{{left, line + 12.0, width, height * 0.62}, ink, now, span_, 0.5, 5.9};
    const double most = drawing.mostRows();
    const Plot rows{
        {left, stars.area.bottom() + line + 12, width, height * 0.38}, ink, now, span_, 0, most};

    paintName(painter, stars, "Stars (1 to 5)",
              {{meanColor, QString("mean of %1 s").arg(drawing.meanSeconds())},
               {ratingColor, "ratings"}});
    paintValues(painter, stars, {1, 2, 3, 4, 5});
    paintName(painter, rows, "Rows a second", {{skippedColor, "skipped"}, {ratingColor, "shown"}});
    paintValues(painter, rows, {0, most / 2, most});
    paintTimes(painter, stars);
    paintTimes(painter, rows);
    paintTimeNames(painter, rows);

    painter.setClipRect(stars.area);
    drawing.ratings(stars);
    drawing.mean(stars);
    drawing.gaps(stars);
    drawing.gapNames(stars);
    painter.setClipRect(rows.area);
    drawing.rows(rows);
    drawing.gaps(rows);
}
