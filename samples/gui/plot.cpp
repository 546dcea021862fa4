#include "plot.h"

#include <QDateTime>
#include <QLocale>
#include <cmath>

namespace {

constexpr int gap = 6;

QColor pale(QColor ink) {
    ink.setAlphaF(0.14F);
    return ink;
}

QString format(int step) { return step < 60 ? "hh:mm:ss" : "hh:mm"; }

/// Seconds from one line to the next: the fewest for which the times have room.
int timeStep(const QPainter& painter, const Plot& plot) {
    const double room = painter.fontMetrics().horizontalAdvance("00:00:00") + 4 * gap;
    for (const int step : {5, 10, 15, 30, 60, 120, 300})
        if (step / static_cast<double>(plot.span) * plot.area.width() >= room) return step;
    return 600;
}

/// Calls the function with each x that has a line, and its time of day.
template <class Function>
void forEachTime(const Plot& plot, int step, Function function) {
    const QDateTime now = QDateTime::currentDateTime();
    const double sinceMidnight = now.time().msecsSinceStartOfDay() / 1000.0;
    const double newest = std::floor(sinceMidnight / step) * step;
    for (double time = newest; time > sinceMidnight - plot.span; time -= step)
        function(plot.x(plot.now - sinceMidnight + time),
                 now.addMSecs(static_cast<qint64>(std::lround((time - sinceMidnight) * 1000))));
}

/// "950", "1.2k".
QString shortNumber(double value) {
    if (value < 1000) return QLocale().toString(value, 'g', 4);
    return QLocale().toString(value / 1000, 'g', 4) + 'k';
}

}  // namespace

void paintValues(QPainter& painter, const Plot& plot, std::initializer_list<double> values) {
    const int height = painter.fontMetrics().height();
    for (const double value : values) {
        const double y = plot.y(value);
        painter.setPen(pale(plot.ink));
        painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y));
        painter.setPen(plot.ink);
        painter.drawText(QRectF(0, y - height / 2.0, plot.area.left() - gap, height),
                         Qt::AlignRight | Qt::AlignVCenter, shortNumber(value));
    }
}

void paintTimes(QPainter& painter, const Plot& plot) {
    painter.setPen(pale(plot.ink));
    forEachTime(plot, timeStep(painter, plot), [&](double x, const QDateTime&) {
        painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, plot.area.bottom()));
    });
}

void paintTimeNames(QPainter& painter, const Plot& plot) {
    const int height = painter.fontMetrics().height();
    const int step = timeStep(painter, plot);
    painter.setPen(plot.ink);
    forEachTime(plot, step, [&](double x, const QDateTime& time) {
        const QString text = time.toString(format(step));
        const double width = painter.fontMetrics().horizontalAdvance(text);
        const QRectF place(x - width / 2, plot.area.bottom() + gap, width, height);
        if (place.left() >= plot.area.left() - gap && place.right() <= plot.area.right() + 2 * gap)
            painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, text);
    });
    painter.drawText(
        QRectF(plot.area.left(), plot.area.bottom() + gap + height, plot.area.width(), height),
        Qt::AlignCenter, QString("Time of arrival (local, %1)").arg(format(step)));
}

void paintName(QPainter& painter, const Plot& plot, const QString& name,
               std::initializer_list<Key> keys) {
    const int height = painter.fontMetrics().height();
    const double top = plot.area.top() - height - gap;
    painter.setPen(plot.ink);
    painter.drawText(QRectF(plot.area.left(), top, plot.area.width(), height),
                     Qt::AlignLeft | Qt::AlignVCenter, name);
    double right = plot.area.right();
    for (const Key& key : keys) {
        const double width = painter.fontMetrics().horizontalAdvance(key.text);
        painter.drawText(QRectF(right - width, top, width, height),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, key.text);
        right -= width + gap + 10;
        painter.fillRect(QRectF(right, top + height / 2.0 - 5, 10, 10), key.colour);
        right -= 2 * gap;
    }
}
