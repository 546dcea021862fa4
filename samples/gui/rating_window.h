#pragma once
#include "chart.h"

#include <ksqldb/ksqldb.h>

#include <QLabel>
#include <QTableWidget>
#include <QWidget>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

struct Rating {
    std::int64_t id = 0;
    std::optional<std::string> user;
    int stars = 0;
    std::optional<std::string> channel;
    std::optional<std::string> message;
    std::optional<ksqldb::Timestamp> when;

    static constexpr auto ksqldbFields() {
        return ksqldb::fields(
            ksqldb::key("RATING_ID", &Rating::id), ksqldb::field("USER_ID", &Rating::user),
            ksqldb::field("STARS", &Rating::stars), ksqldb::field("CHANNEL", &Rating::channel),
            ksqldb::field("MESSAGE", &Rating::message), ksqldb::field("RATED_AT", &Rating::when));
    }
};

/// Follows the ratings: a chart, a table, and how the query does.
class RatingWindow : public QWidget {
public:
    explicit RatingWindow(ksqldb::Client& client);

    /// Called when the query has ended, or after so many rows.
    std::function<void()> onDone;
    std::uint64_t doneAfterRows = 0;

    bool hasFailed() const { return failed_; }

private:
    ksqldb::StreamCallbacks callbacks();
    void add(const Rating& rating);
    void showCounts(const ksqldb::RowCounts& counts);
    void showEnd(const ksqldb::Ending& ending);

    Chart* chart_;
    QTableWidget* table_;
    QLabel* state_;
    QLabel* counts_;
    std::optional<ksqldb::RowReader<Rating>> reader_;
    bool failed_ = false;
    // The last member is the first to go: after it, no callback comes any more.
    ksqldb::Subscription query_;
};
