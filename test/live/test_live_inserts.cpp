// Inserting: many rows, acknowledgements, refusals.
#include "live.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

namespace ksqldb::live {
namespace {

class LiveInserts : public Live {
protected:
    LiveInserts() : stream_(name("NUMBERS")) {}
    void SetUp() override { createStream(stream_, "K STRING KEY, N BIGINT, `t 1` STRING"); }

    std::vector<std::int64_t> numbers(std::size_t rows) {
        const QueryResult read = pushFromStart("SELECT N FROM " + stream_ + " EMIT CHANGES LIMIT " +
                                               std::to_string(rows) + ";");
        std::vector<std::int64_t> all;
        for (RowView row : read) all.push_back(row.get<std::int64_t>("N"));
        return all;
    }
    InsertRow& numbered(std::int64_t number) {
        return row_.clear().set("K", "k").set("N", number).set("`t 1`", "x");
    }

    const std::string stream_;
    InsertRow row_;
};

TEST_F(LiveInserts, AStreamOfManyRows) {
    constexpr std::int64_t count = 5000;
    std::mutex mutex;
    std::uint64_t acknowledged = 0;
    InsertStream stream = client.insertStream(
        stream_, InsertStreamOptions().window(500).onAcknowledged([&](SequenceRange rows) {
            std::lock_guard lock(mutex);
            acknowledged += rows.size();
        }));
    for (std::int64_t i = 0; i < count; ++i)
        EXPECT_EQ(stream.insert(numbered(i)), static_cast<std::uint64_t>(i));
    ASSERT_TRUE(stream.flush(patience));
    const InsertReport report = stream.close(patience);
    ASSERT_TRUE(report.ok()) << (report.error ? report.error->what() : "");
    EXPECT_EQ(report.acknowledged, static_cast<std::uint64_t>(count));
    {
        std::lock_guard lock(mutex);
        EXPECT_EQ(acknowledged, static_cast<std::uint64_t>(count));
    }
    const auto read = numbers(count);
    ASSERT_EQ(read.size(), static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) ASSERT_EQ(read[static_cast<std::size_t>(i)], i);
}

TEST_F(LiveInserts, ByInsertValuesInOrder) {
    InsertRows rows;
    for (std::int64_t i = 0; i < 5; ++i) rows.add(numbered(i));
    const InsertReport report =
        take(client.insertInto(stream_, rows, InsertOptions().insertValues(InsertValues::Always)));
    ASSERT_TRUE(report.ok()) << (report.error ? report.error->what() : "");
    EXPECT_EQ(numbers(5), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(LiveInserts, TargetsThatAreRefused) {
    const std::string nope = name("NOPE");
    const Error byStream = errorFrom([&] { take(client.insertInto(nope, numbered(1))); });
    EXPECT_EQ(byStream.code(), ErrorCode::StatementRejected) << byStream.what();
    EXPECT_EQ(byStream.serverCode(), 40001);
    const Error byValues = errorFrom([&] {
        take(client.insertInto(nope, numbered(1),
                               InsertOptions().insertValues(InsertValues::Always)));
    });
    EXPECT_EQ(byValues.code(), ErrorCode::StatementRejected) << byValues.what();
}

TEST_F(LiveInserts, RowsThatAreRefused) {
    InsertRow row;
    row.set("K", "k").set("N", "no number");
    const Error byStream = errorFrom([&] { take(client.insertInto(stream_, row)); });
    EXPECT_EQ(byStream.serverCode(), 40000) << byStream.what();
    EXPECT_NE(byStream.serverMessage().find("coerce"), std::string::npos)
        << byStream.serverMessage();
    const Error byValues = errorFrom([&] {
        take(client.insertInto(stream_, row, InsertOptions().insertValues(InsertValues::Always)));
    });
    EXPECT_EQ(byValues.code(), ErrorCode::StatementRejected) << byValues.what();

    InsertRow noKey;
    const Error missing = errorFrom([&] { take(client.insertInto(stream_, noKey.set("N", 1))); });
    EXPECT_EQ(missing.serverCode(), 40000) << missing.what();

    // In the middle: what is before it is stored, or nobody knows.
    InsertRows rows;
    rows.add(numbered(0)).add(row).add(numbered(2));
    const InsertReport report = take(client.insertInto(stream_, rows));
    ASSERT_TRUE(report.refused.has_value());
    EXPECT_EQ(report.refused->sequence, 1u);
    EXPECT_NE(report.fate(0), RowFate::Refused);
}

}  // namespace
}  // namespace ksqldb::live
