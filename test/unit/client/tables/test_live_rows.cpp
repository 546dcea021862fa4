// The rows of a live table without a query: keys, deletes, windows, beginning anew, differences,
// and what a pull query has found.
#include "unit/values/row_builder.h"

#include <ksqldb/live_rows.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ksqldb::test {
namespace {

using Texts = std::vector<std::string>;

struct Balance {
    std::string account;
    std::int64_t cents = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("ACCOUNT", &Balance::account), field("CENTS", &Balance::cents));
    }
};
constexpr const char* balances = "`ACCOUNT` STRING, `CENTS` BIGINT";

/// Rows of one type, with notes of all that is told.
template <class Key, class T, class Map = std::map<Key, T>>
class Noted {
public:
    using Rows = detail::LiveRows<Key, T, Map>;
    using Text = std::function<std::string(const Key&)>;
    using RowText = std::function<std::string(const T&)>;

    Noted(std::string columns, Text keyText, RowText rowText)
        : schema_(std::move(columns)),
          rows(detail::ChangeCallbacks<Key, T>{
              [=, this](const Key& key, const T& row) {
                  notes.push_back("+" + keyText(key) + "=" + rowText(row));
              },
              [=, this](const Key& key, const T& before, const T& after) {
                  notes.push_back(keyText(key) + ":" + rowText(before) + ">" + rowText(after));
              },
              [=, this](const Key& key, const T& before) {
                  notes.push_back("-" + keyText(key) + "=" + rowText(before));
              }}) {
        begin();
    }

    void begin() { rows.beginAnew(schema()); }
    void apply(std::initializer_list<std::string_view> json) {
        rows.apply(BuiltRows(schema_, json).batch());
    }
    void remove(std::initializer_list<std::string_view> json) {
        rows.apply(BuiltRows(schema_, json, true).batch());
    }
    void pull(std::initializer_list<std::string_view> json) {
        rows.beginCheck(schema());
        rows.check(BuiltRows(schema_, json).batch());
    }
    void settle() {
        rows.settle();
        rows.tellDifferences();
    }
    Texts taken() { return std::exchange(notes, {}); }
    std::size_t size() const {
        return rows.read([](const Map& map) { return map.size(); });
    }

private:
    Schema schema() const {
        std::vector<Column> columns;
        if (!values::parseSchema(schema_, columns)) throw std::invalid_argument("no schema");
        return Schema(std::move(columns));
    }
    const std::string schema_;

public:
    Rows rows;
    Texts notes;
};

class LiveBalances : public testing::Test, public Noted<std::string, Balance> {
protected:
    LiveBalances()
        : Noted(
              balances, [](const std::string& key) { return key; },
              [](const Balance& row) { return std::to_string(row.cents); }) {}
};

TEST_F(LiveBalances, RowsInsertUpdateAndDeletesDelete) {
    apply({R"(["a",1])", R"(["b",2])", R"(["a",3])"});
    EXPECT_EQ(taken(), (Texts{"+a=1", "+b=2", "a:1>3"}));
    remove({R"(["a",null])", R"(["a",null])", R"(["c",null])"});
    EXPECT_EQ(taken(), (Texts{"-a=3"}));  // what is not there is not deleted
    EXPECT_EQ(size(), 1U);
    apply({R"(["a",4])"});
    EXPECT_EQ(taken(), (Texts{"+a=4"}));
}

TEST_F(LiveBalances, AnEqualRowIsNoUpdate) {
    apply({R"(["a",1])", R"(["a",1])"});
    EXPECT_EQ(taken(), (Texts{"+a=1"}));
}

TEST_F(LiveBalances, EachOfSeveralUpdatesInABatchIsToldWithItsOwnRows) {
    apply({R"(["a",1])", R"(["a",2])", R"(["a",3])"});
    EXPECT_EQ(taken(), (Texts{"+a=1", "a:1>2", "a:2>3"}));
}

TEST_F(LiveBalances, ABatchIsTakenBeforeItIsTold) {
    std::size_t seen = 0;
    detail::LiveRows<std::string, Balance, std::map<std::string, Balance>>* table = nullptr;
    detail::ChangeCallbacks<std::string, Balance> callbacks;
    callbacks.onInsert = [&](const std::string&, const Balance&) {
        // With the lock held, this would stop here.
        seen = table->read([](const auto& map) { return map.size(); });
    };
    detail::LiveRows<std::string, Balance, std::map<std::string, Balance>> other(callbacks);
    table = &other;
    const BuiltRows two(balances, {R"(["a",1])", R"(["b",2])"});
    other.beginAnew(two[0].schema());
    other.apply(two.batch());
    EXPECT_EQ(seen, 2U);
}

TEST_F(LiveBalances, RowsBeforeOneThatCannotBeReadAreTakenAndTold) {
    EXPECT_THROW(apply({R"(["a",1])", R"(["b",null])", R"(["c",3])"}), Error);
    EXPECT_EQ(taken(), (Texts{"+a=1"}));
    EXPECT_EQ(size(), 1U);
    apply({R"(["d",4])"});
    EXPECT_EQ(taken(), (Texts{"+d=4"}));
}

TEST_F(LiveBalances, ADeleteWithoutItsKeyIsAnError) {
    EXPECT_THROW(remove({R"([null,null])"}), Error);
}

TEST_F(LiveBalances, BeginningAnewTellsDifferencesOnly) {
    apply({R"(["same",1])", R"(["changed",1])", R"(["gone",1])"});
    settle();
    taken();
    begin();
    // A replay brings what has been before; none of that is told or seen.
    apply({R"(["changed",0])", R"(["same",0])", R"(["new",5])", R"(["same",1])"});
    remove({R"(["gone",null])"});
    apply({R"(["changed",2])"});
    EXPECT_EQ(taken(), Texts());
    EXPECT_EQ(rows.read([](const auto& map) { return map.at("same").cents; }), 1);
    EXPECT_EQ(size(), 3U);
    settle();
    EXPECT_EQ(taken(), (Texts{"changed:1>2", "-gone=1", "+new=5"}));
    apply({R"(["new",6])"});
    EXPECT_EQ(taken(), (Texts{"new:5>6"}));
}

TEST_F(LiveBalances, WhatBreaksWhileItReadsAnewLeavesNoTrace) {
    apply({R"(["a",1])"});
    settle();
    taken();
    begin();
    apply({R"(["half",1])"});
    begin();
    apply({R"(["a",1])"});
    settle();
    EXPECT_EQ(taken(), Texts());
    EXPECT_EQ(size(), 1U);
}

TEST_F(LiveBalances, WhatBreaksBeforeItHasCaughtUpIsReadAnew) {
    apply({R"(["a",1])", R"(["b",1])"});
    taken();
    begin();
    apply({R"(["a",1])"});
    settle();
    EXPECT_EQ(taken(), (Texts{"-b=1"}));
}

TEST_F(LiveBalances, SettlingTheFirstTimeTellsNothing) {
    apply({R"(["a",1])"});
    taken();
    settle();
    EXPECT_EQ(taken(), Texts());
    EXPECT_EQ(size(), 1U);
}

TEST_F(LiveBalances, ColumnsThatDoNotFitAreRefused) {
    const BuiltRows other("`ACCOUNT` STRING", {R"(["a"])"});
    EXPECT_THROW(rows.beginAnew(other[0].schema()), Error);
}

TEST_F(LiveBalances, WhatAPullQueryFindsIsMissingUntilItHasCome) {
    apply({R"(["a",1])", R"(["b",1])"});
    pull({R"(["a",1])", R"(["b",2])", R"(["c",1])"});
    EXPECT_EQ(rows.missing(), 2U);
    EXPECT_FALSE(rows.hasAllKeys());
    apply({R"(["b",2])"});
    EXPECT_EQ(rows.missing(), 1U);
    apply({R"(["c",0])"});
    EXPECT_EQ(rows.missing(), 1U);
    EXPECT_TRUE(rows.hasAllKeys());
    apply({R"(["c",1])"});
    EXPECT_EQ(rows.missing(), 0U);
}

TEST_F(LiveBalances, ASecondPullQueryLetsGoOfWhatChangesTooFast) {
    apply({R"(["hot",1])", R"(["behind",1])"});
    pull({R"(["hot",5])", R"(["behind",5])", R"(["deleted",5])", R"(["new",5])"});
    EXPECT_EQ(rows.missing(), 4U);
    // "hot" is another one again, "new" too but has never come, "deleted" is gone.
    pull({R"(["hot",9])", R"(["behind",5])", R"(["new",9])"});
    EXPECT_EQ(rows.missing(), 2U);
    apply({R"(["behind",5])", R"(["new",9])"});
    EXPECT_EQ(rows.missing(), 0U);
}

TEST_F(LiveBalances, APullQueryIsComparedWithWhatIsReadAnew) {
    apply({R"(["a",1])"});
    settle();
    begin();
    pull({R"(["a",1])"});
    EXPECT_EQ(rows.missing(), 1U);
    apply({R"(["a",1])"});
    EXPECT_EQ(rows.missing(), 0U);
}

TEST_F(LiveBalances, BeginningAnewForgetsWhatAPullQueryHasFound) {
    pull({R"(["a",1])"});
    begin();
    EXPECT_EQ(rows.missing(), 0U);
}

TEST_F(LiveBalances, SilenceIsKeptWithinABatch) {
    detail::TableRows* table = nullptr;
    int told = 0;
    detail::ChangeCallbacks<std::string, Balance> callbacks;
    callbacks.onInsert = [&](const std::string&, const Balance&) {
        ++told;
        table->silence();
    };
    detail::LiveRows<std::string, Balance, std::map<std::string, Balance>> other(callbacks);
    table = &other;
    const BuiltRows two(balances, {R"(["a",1])", R"(["b",2])"});
    other.beginAnew(two[0].schema());
    other.apply(two.batch());
    EXPECT_EQ(told, 1);
}

// Keys.

struct PerMinute {
    std::string user;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::optional<std::int64_t> orders;
    static constexpr auto ksqldbFields() {
        return fields(key("USER_ID", &PerMinute::user), key("WINDOWSTART", &PerMinute::start),
                      key("WINDOWEND", &PerMinute::end), field("ORDERS", &PerMinute::orders));
    }
};
constexpr const char* perMinute =
    "`USER_ID` STRING, `WINDOWSTART` BIGINT, `WINDOWEND` BIGINT, `ORDERS` BIGINT";

TEST(LiveRowsKeys, OfAWindowedTableAreATupleOfAllKeyColumns) {
    using Key = std::tuple<std::string, std::int64_t, std::int64_t>;
    Noted<Key, PerMinute> table(
        perMinute,
        [](const Key& key) { return std::get<0>(key) + std::to_string(std::get<1>(key)); },
        [](const PerMinute& row) { return std::to_string(row.orders.value_or(-1)); });
    table.apply({R"(["ada",60,120,1])", R"(["ada",120,180,7])", R"(["ada",60,120,2])"});
    EXPECT_EQ(table.taken(), (Texts{"+ada60=1", "+ada120=7", "ada60:1>2"}));
    // The old bounds of a session that has grown.
    table.remove({R"(["ada",60,120,null])"});
    EXPECT_EQ(table.taken(), (Texts{"-ada60=2"}));
    EXPECT_EQ(table.size(), 1U);
}

struct WindowKey {
    std::string user;
    std::int64_t start = 0;
    bool operator<(const WindowKey& other) const {
        return std::tie(user, start) < std::tie(other.user, other.start);
    }
    static constexpr auto ksqldbFields() {
        return fields(field("USER_ID", &WindowKey::user), field("WINDOWSTART", &WindowKey::start));
    }
};
struct Orders {
    std::int64_t orders = 0;
    static constexpr auto ksqldbFields() { return fields(field("ORDERS", &Orders::orders)); }
};

TEST(LiveRowsKeys, MayBeAStructOfColumnsThatTheRowDoesNotHave) {
    Noted<WindowKey, Orders> table(
        perMinute, [](const WindowKey& key) { return key.user + std::to_string(key.start); },
        [](const Orders& row) { return std::to_string(row.orders); });
    table.apply({R"(["ada",60,120,1])", R"(["ada",120,180,7])", R"(["ada",60,120,2])"});
    table.remove({R"(["ada",120,180,null])"});
    EXPECT_EQ(table.taken(), (Texts{"+ada60=1", "+ada120=7", "ada60:1>2", "-ada120=7"}));
    table.pull({R"(["ada",60,120,2])", R"(["bob",60,120,2])"});
    EXPECT_EQ(table.rows.missing(), 1U);
}

TEST(LiveRowsKeys, WorkForRowsOfColumnsThatNobodyKnows) {
    Noted<WindowKey, Row> table(
        perMinute, [](const WindowKey& key) { return key.user + std::to_string(key.start); },
        [](const Row& row) { return row[3].toJson(); });
    table.apply({R"(["ada",60,120,1])", R"(["ada",60,120,1])", R"(["ada",60,120,2])"});
    EXPECT_EQ(table.taken(), (Texts{"+ada60=1", "ada60:1>2"}));
}

struct Place {
    std::int32_t a = 0;
    std::string b;
    bool operator==(const Place& other) const { return a == other.a && b == other.b; }
    static constexpr auto ksqldbFields() {
        return fields(field("A", &Place::a), field("B", &Place::b));
    }
};
struct PlaceHash {
    std::size_t operator()(const Place& place) const {
        return std::hash<std::string>()(place.b) * 31 + static_cast<std::size_t>(place.a);
    }
};
struct At {
    Place place;
    double value = 0;
    static constexpr auto ksqldbFields() {
        return fields(key("K", &At::place), field("D", &At::value));
    }
};

TEST(LiveRowsKeys, MayBeASqlStructInAHashedMap) {
    Noted<Place, At, std::unordered_map<Place, At, PlaceHash>> table(
        "`K` STRUCT<`A` INTEGER, `B` STRING>, `D` DOUBLE",
        [](const Place& key) { return std::to_string(key.a) + key.b; },
        [](const At& row) { return std::to_string(static_cast<int>(row.value)); });
    table.apply({R"([{"A":1,"B":"x"},1.5])", R"([{"A":2,"B":"x"},2.5])"});
    table.apply({R"([{"A":1,"B":"x"},3.5])"});
    table.remove({R"([{"A":2,"B":"x"},null])"});
    EXPECT_EQ(table.taken(), (Texts{"+1x=1", "+2x=2", "1x:1>3", "-2x=2"}));
    table.begin();
    table.apply({R"([{"A":1,"B":"x"},3.5])", R"([{"A":7,"B":"y"},7.0])"});
    table.settle();
    EXPECT_EQ(table.taken(), (Texts{"+7y=7"}));
}

// Equality.

struct Parts {
    std::optional<double> number;
    std::vector<Orders> list;
    std::map<std::string, Orders> map;
    static constexpr auto ksqldbFields() {
        return fields(field("NUMBER", &Parts::number), field("LIST", &Parts::list),
                      field("MAP", &Parts::map));
    }
};
struct Coarse {
    int value = 0;
    bool operator==(const Coarse& other) const { return value / 10 == other.value / 10; }
};

TEST(LiveRowsEquality, LooksAtAllMembersWhereThereIsNoOperator) {
    const auto same = [](const Parts& a, const Parts& b) {
        return detail::Same<Parts>::check(a, b);
    };
    const Parts one{1.0, {{1}, {2}}, {{"a", {3}}}};
    EXPECT_TRUE(same(one, one));
    EXPECT_FALSE(same(one, {2.0, one.list, one.map}));
    EXPECT_FALSE(same(one, {std::nullopt, one.list, one.map}));
    EXPECT_FALSE(same(one, {1.0, {{1}}, one.map}));
    EXPECT_FALSE(same(one, {1.0, {{1}, {3}}, one.map}));
    EXPECT_FALSE(same(one, {1.0, one.list, {{"a", {4}}}}));
    EXPECT_FALSE(same(one, {1.0, one.list, {{"b", {3}}}}));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(same({nan, {}, {}}, {nan, {}, {}}));
    EXPECT_FALSE(same({nan, {}, {}}, {1.0, {}, {}}));
}

TEST(LiveRowsEquality, IsTheTypesOwnWhereItHasOne) {
    EXPECT_TRUE(detail::Same<Coarse>::check({11}, {19}));
    EXPECT_FALSE(detail::Same<Coarse>::check({11}, {21}));
}

}  // namespace
}  // namespace ksqldb::test
