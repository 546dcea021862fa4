#pragma once
#include "rating.h"

#include <QAbstractTableModel>
#include <deque>
#include <vector>

/// The newest ratings, the newest first.
class RatingTable : public QAbstractTableModel {
public:
    static constexpr int kept = 1000;

    /// In the order in which they came; at most `kept`.
    void add(const std::vector<Rating>& ratings);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<Rating> ratings_;
};
