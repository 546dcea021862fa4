#pragma once
#include "chart.h"
#include "history.h"
#include "rating_table.h"
#include "state_line.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QWidget>
#include <cstdint>
#include <functional>
#include <vector>

/// How the query does, its figures, a chart and a table.
class RatingWindow : public QWidget {
public:
    RatingWindow();

    void showState(QueryState state, const QString& detail = {});
    /// Rows that came, and how many before them were skipped because more came than are shown.
    void add(const std::vector<Rating>& ratings, std::uint64_t skipped);
    /// Rows may be missing here.
    void addGap();

    /// Called when the button is pressed that stops the query or starts it.
    std::function<void()> onButton;

private:
    void tick();
    QWidget* figures();

    History history_;
    RatingTable model_;
    QComboBox* span_;
    QPushButton* button_;
    StateLine* state_;
    QLabel* rate_;
    QLabel* shown_;
    QLabel* skipped_;
    QLabel* gaps_;
    Chart* chart_;
    std::uint64_t shownRows_ = 0;
    std::uint64_t skippedRows_ = 0;
    std::uint64_t gapCount_ = 0;
    History::Clock::time_point lastSign_ = History::Clock::now();  // a row, or another state
    bool hasRows_ = false;                                         // in this state
};
