#pragma once
#include "history.h"

#include <QWidget>

/// What came, over the time at which it came: the ratings with their mean, and the rows a second.
/// It scrolls to the left; its owner calls update().
class Chart : public QWidget {
public:
    /// Shows the history, which lives longer.
    explicit Chart(const History& history);

    /// How much time the axis shows.
    void showLast(int seconds);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const History& history_;
    int span_ = 60;
};
