#pragma once
#include <QColor>
#include <QString>
#include <QWidget>
#include <cstddef>
#include <deque>

/// The newest ratings as columns of one to five stars, from left to right, and their mean.
class Chart : public QWidget {
public:
    struct Point {
        int stars;
        QString label;
    };

    explicit Chart(QWidget* parent = nullptr);

    /// Repaints with the next frame, however many points come before it.
    void add(Point point);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    static constexpr int scale_ = 5;
    static constexpr std::size_t shown_ = 24;

    double mean() const;
    QRectF plot() const;
    void paintGrid(QPainter& painter, const QRectF& area) const;
    void paintColumns(QPainter& painter, const QRectF& area) const;
    void paintMean(QPainter& painter, const QRectF& area) const;

    std::deque<Point> points_;
};
