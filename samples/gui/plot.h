#pragma once
#include <QColor>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <initializer_list>

/// Where values at moments are drawn: an area with time from left to right, up to now, and values
/// from the bottom to the top.
struct Plot {
    QRectF area;
    QColor ink;  ///< of its texts; lines are paler
    double now;  ///< in seconds from History's beginning
    int span;    ///< in seconds
    double bottom;
    double top;

    double x(double second) const { return area.right() - (now - second) / span * area.width(); }
    double y(double value) const {
        return area.bottom() - (value - bottom) / (top - bottom) * area.height();
    }
};

/// What a colour stands for.
struct Key {
    QColor colour;
    QString text;
};

/// Lines at these values, with their numbers.
void paintValues(QPainter& painter, const Plot& plot, std::initializer_list<double> values);
/// Lines at round times of day.
void paintTimes(QPainter& painter, const Plot& plot);
/// The times of day below, and the name of that axis.
void paintTimeNames(QPainter& painter, const Plot& plot);
/// Above: the name of the values, and what the colours stand for.
void paintName(QPainter& painter, const Plot& plot, const QString& name,
               std::initializer_list<Key> keys);
