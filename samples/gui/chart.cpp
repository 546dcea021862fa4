#include "chart.h"

#include <QPainter>
#include <algorithm>
#include <utility>

namespace {

const QColor background(0xfc, 0xfc, 0xfd);
const QColor grid(0xe3, 0xe6, 0xea);
const QColor faint(0x7a, 0x82, 0x8c);
const QColor meanColor(0xd9, 0x48, 0x2b);

/// From one star, pale, to five.
QColor columnColor(int stars) {
    static const QColor colors[] = {{0xb9, 0xd7, 0xea},
                                    {0x8f, 0xc1, 0xdf},
                                    {0x5f, 0xa6, 0xd1},
                                    {0x34, 0x87, 0xbd},
                                    {0x16, 0x67, 0xa0}};
    return colors[std::clamp(stars, 1, 5) - 1];
}

}  // namespace

Chart::Chart(QWidget* parent) : QWidget(parent) { setMinimumHeight(220); }

void Chart::add(Point point) {
    points_.push_back(std::move(point));
    if (points_.size() > shown_) points_.pop_front();
    update();
}

double Chart::mean() const {
    double sum = 0;
    for (const Point& point : points_) sum += point.stars;
    return points_.empty() ? 0 : sum / static_cast<double>(points_.size());
}

QRectF Chart::plot() const { return QRectF(rect()).adjusted(44, 16, -64, -30); }

void Chart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), background);
    const QRectF area = plot();
    paintGrid(painter, area);
    if (points_.empty()) {
        painter.setPen(faint);
        painter.drawText(area, Qt::AlignCenter, "no rating yet");
        return;
    }
    paintColumns(painter, area);
    paintMean(painter, area);
}

void Chart::paintGrid(QPainter& painter, const QRectF& area) const {
    for (int stars = 0; stars <= scale_; ++stars) {
        const double y = area.bottom() - area.height() * stars / scale_;
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        if (stars == 0) continue;
        painter.setPen(faint);
        painter.drawText(QRectF(0, y - 10, area.left() - 8, 20), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(stars) + QChar(0x2605));
    }
}

void Chart::paintColumns(QPainter& painter, const QRectF& area) const {
    const double slot =
        area.width() / static_cast<double>(std::max<std::size_t>(points_.size(), 6));
    const double width = std::min(slot * 0.62, 56.0);
    double center = area.left() + slot / 2;
    for (const Point& point : points_) {
        const double height = area.height() * point.stars / scale_;
        painter.fillRect(QRectF(center - width / 2, area.bottom() - height, width, height),
                         columnColor(point.stars));
        painter.setPen(faint);
        painter.drawText(
            QRectF(center - slot / 2, area.bottom() + 4, slot, 20), Qt::AlignCenter,
            painter.fontMetrics().elidedText(point.label, Qt::ElideRight, static_cast<int>(slot)));
        center += slot;
    }
}

void Chart::paintMean(QPainter& painter, const QRectF& area) const {
    const double y = area.bottom() - area.height() * mean() / scale_;
    painter.setPen(QPen(meanColor, 1.5, Qt::DashLine));
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    painter.setPen(meanColor);
    painter.drawText(QRectF(area.right() + 6, y - 10, width() - area.right() - 8, 20),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     QChar(0x2300) + QString(" ") + QString::number(mean(), 'f', 2));
}
