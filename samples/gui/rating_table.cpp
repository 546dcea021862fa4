#include "rating_table.h"

#include <QColor>
#include <algorithm>
#include <iterator>

namespace {

constexpr const char* names[] = {"Rating", "Stars", "User", "Channel", "Message", "Rated at (UTC)"};

QString text(const std::optional<std::string>& value) {
    return value ? QString::fromStdString(*value) : QString();
}

/// "2026-11-23 09:00:05.000".
QString text(const std::optional<ksqldb::Timestamp>& value) {
    return value ? QString::fromStdString(ksqldb::toString(*value)).replace('T', ' ').remove('Z')
                 : QString();
}

QString text(const Rating& rating, int column) {
    switch (column) {
        case 0:
            return QString::number(rating.id);
        case 1:
            return QString(std::clamp(rating.stars, 0, 5), QChar(0x2605));
        case 2:
            return text(rating.user);
        case 3:
            return text(rating.channel);
        case 4:
            return text(rating.message);
        default:
            return text(rating.when);
    }
}

}  // namespace

void RatingTable::add(const std::vector<Rating>& ratings) {
    const int count = static_cast<int>(ratings.size());
    if (count == 0) return;
    const int excess = std::min(rowCount() + count - kept, rowCount());
    if (excess > 0) {
        beginRemoveRows({}, rowCount() - excess, rowCount() - 1);
        ratings_.erase(ratings_.end() - excess, ratings_.end());
        endRemoveRows();
    }
    beginInsertRows({}, 0, count - 1);
    ratings_.insert(ratings_.begin(), ratings.rbegin(), ratings.rend());
    endInsertRows();
}

int RatingTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ratings_.size());
}

int RatingTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(std::size(names));
}

QVariant RatingTable::data(const QModelIndex& index, int role) const {
    if (role == Qt::TextAlignmentRole && index.column() == 0)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    return text(ratings_[static_cast<std::size_t>(index.row())], index.column());
}

QVariant RatingTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == 0 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}
