// Every SQL type there and back, by each way of inserting and of reading.
#include "live.h"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace ksqldb::live {
namespace {

struct Sub {
    std::optional<std::vector<std::string>> z;
    std::optional<std::map<std::string, double>> m;

    static constexpr auto ksqldbFields() {
        return fields(field("Z", &Sub::z), field("M", &Sub::m));
    }
    friend bool operator==(const Sub& left, const Sub& right) {
        return std::tie(left.z, left.m) == std::tie(right.z, right.m);
    }
};

struct Inner {
    std::optional<std::int64_t> x;
    std::optional<Decimal> y;
    std::optional<Date> dt;
    std::optional<TimeOfDay> tm;
    std::optional<Timestamp> ts;
    std::optional<Bytes> raw;
    std::optional<std::string> lower;
    std::optional<Sub> sub;

    static constexpr auto ksqldbFields() {
        return fields(field("X", &Inner::x), field("Y", &Inner::y), field("DT", &Inner::dt),
                      field("TM", &Inner::tm), field("TS", &Inner::ts), field("RAW", &Inner::raw),
                      field("lower case", &Inner::lower), field("SUB", &Inner::sub));
    }
    friend bool operator==(const Inner& left, const Inner& right) {
        return std::tie(left.x, left.y, left.dt, left.tm, left.ts, left.raw, left.lower,
                        left.sub) == std::tie(right.x, right.y, right.dt, right.tm, right.ts,
                                              right.raw, right.lower, right.sub);
    }
};

struct Deep {
    std::optional<std::map<std::string, std::vector<int>>> a;
    std::optional<Decimal> d;

    static constexpr auto ksqldbFields() {
        return fields(field("A", &Deep::a), field("D", &Deep::d));
    }
    friend bool operator==(const Deep& left, const Deep& right) {
        return std::tie(left.a, left.d) == std::tie(right.a, right.d);
    }
};

struct EveryType {
    std::string id;
    std::optional<bool> b;
    std::optional<std::int32_t> i;
    std::optional<std::int64_t> l;
    std::optional<double> d;
    std::optional<Decimal> dec;
    std::optional<std::string> s;
    std::optional<Bytes> raw;
    std::optional<Date> dt;
    std::optional<TimeOfDay> tm;
    std::optional<Timestamp> ts;
    std::optional<std::vector<std::optional<std::int32_t>>> ai;
    std::optional<std::vector<Timestamp>> ats;
    std::optional<std::vector<Decimal>> adec;
    std::optional<std::map<std::string, std::optional<std::int32_t>>> msi;
    std::optional<std::map<std::string, Timestamp>> msts;
    std::optional<Inner> st;
    std::optional<std::vector<Deep>> deep;

    static constexpr auto ksqldbFields() {
        using E = EveryType;
        return fields(key("ID", &E::id), field("B", &E::b), field("I", &E::i), field("L", &E::l),
                      field("D", &E::d), field("DEC", &E::dec), field("S", &E::s),
                      field("RAW", &E::raw), field("DT", &E::dt), field("TM", &E::tm),
                      field("TS", &E::ts), field("AI", &E::ai), field("ATS", &E::ats),
                      field("ADEC", &E::adec), field("MSI", &E::msi), field("MSTS", &E::msts),
                      field("ST", &E::st), field("DEEP", &E::deep));
    }
    friend bool operator==(const EveryType& left, const EveryType& right) {
        return std::tie(left.id, left.b, left.i, left.l, left.d, left.dec, left.s, left.raw,
                        left.dt, left.tm, left.ts, left.ai, left.ats, left.adec, left.msi,
                        left.msts, left.st, left.deep) ==
               std::tie(right.id, right.b, right.i, right.l, right.d, right.dec, right.s, right.raw,
                        right.dt, right.tm, right.ts, right.ai, right.ats, right.adec, right.msi,
                        right.msts, right.st, right.deep);
    }
};

constexpr const char* everyType =
    "ID STRING KEY, B BOOLEAN, I INTEGER, L BIGINT, D DOUBLE, DEC DECIMAL(38, 10), S STRING, "
    "RAW BYTES, DT DATE, TM TIME, TS TIMESTAMP, AI ARRAY<INTEGER>, ATS ARRAY<TIMESTAMP>, "
    "ADEC ARRAY<DECIMAL(4, 2)>, MSI MAP<STRING, INTEGER>, MSTS MAP<STRING, TIMESTAMP>, "
    "ST STRUCT<X BIGINT, Y DECIMAL(4, 2), DT DATE, TM TIME, TS TIMESTAMP, RAW BYTES, "
    "`lower case` STRING, SUB STRUCT<Z ARRAY<STRING>, M MAP<STRING, DOUBLE>>>, "
    "DEEP ARRAY<STRUCT<A MAP<STRING, ARRAY<INTEGER>>, D DECIMAL(4, 2)>>";

Timestamp at(std::int64_t milliseconds) {
    return Timestamp(std::chrono::milliseconds(milliseconds));
}

/// The server itself sends times of a row without milliseconds, and decimals inside a STRUCT as
/// doubles; so there are none that this would change.
EveryType usual(std::string id) {
    EveryType row;
    row.id = std::move(id);
    row.b = true;
    row.i = 42;
    row.l = 9007199254740993;
    row.d = 0.1;
    row.dec = Decimal("1234567890.0123456789");
    row.s =
        "it's \"quoted\" `back` \\ tab\t line\n \xC3\xA9 \xE6\xBC\xA2\xE5\xAD\x97 "
        "\xF0\x9F\x98\x80 ? :name -- /* ;";
    row.raw = Bytes{std::byte{0xFB}, std::byte{0xFF}, std::byte{0x01}, std::byte{0}};
    row.dt = Date(Days(18408));
    row.tm = TimeOfDay{std::chrono::seconds(37805)};
    row.ts = at(1590537598123);
    row.ai = {{1, std::nullopt, 3}};
    row.ats = {{at(1590537598123), at(0)}};
    row.adec = {{Decimal("10.25"), Decimal("99.99")}};
    row.msi = {{{"a", 1}, {"it's", std::nullopt}}};
    row.msts = {{{"t", at(1590537598000)}}};
    Inner inner;
    inner.x = std::int64_t{1} << 53U;
    inner.y = Decimal("10.25");
    inner.dt = Date(Days(18408));
    inner.tm = TimeOfDay{std::chrono::milliseconds(37805250)};
    inner.ts = at(1590537598123);
    inner.raw = Bytes{std::byte{1}};
    inner.lower = "l";
    inner.sub = Sub{{{"p", "q"}}, {{{"pi", 3.25}}}};
    row.st = inner;
    row.deep = {{Deep{{{{"k", {1, 2}}}}, Decimal("10.75")}}};
    return row;
}

EveryType least(std::string id) {
    EveryType row;
    row.id = std::move(id);
    row.b = false;
    row.i = std::numeric_limits<std::int32_t>::min();
    row.l = std::numeric_limits<std::int64_t>::min();
    row.d = 5e-324;
    row.dec = Decimal("-9999999999999999999999999999.9999999999");
    row.s = "";
    row.raw = Bytes{};
    row.dt = Date(Days(-1));
    row.tm = TimeOfDay{};
    row.ts = at(-1);
    return row;
}

EveryType most(std::string id) {
    EveryType row;
    row.id = std::move(id);
    row.i = std::numeric_limits<std::int32_t>::max();
    row.l = std::numeric_limits<std::int64_t>::max();
    row.d = 1.7976931348623157e308;
    row.dec = Decimal("9999999999999999999999999999.9999999999");
    row.tm = TimeOfDay{std::chrono::seconds(86399)};
    row.ts = at(253402300799999);
    row.dt = Date(Days(2932896));
    return row;
}

EveryType nulls(std::string id) {
    EveryType row;
    row.id = std::move(id);
    return row;
}

class LiveTypes : public Live {
protected:
    LiveTypes() : stream_(name("EVERY_TYPE")) {}
    void SetUp() override { createStream(stream_, everyType); }

    std::string select(std::size_t rows) const {
        return "SELECT * FROM " + stream_ + " EMIT CHANGES LIMIT " + std::to_string(rows) + ";";
    }
    /// By every way of reading.
    void expectStored(const std::vector<EveryType>& rows) {
        const QueryResult batch = pushFromStart(select(rows.size()));
        ASSERT_EQ(batch.size(), rows.size());
        const std::vector<EveryType> read = batch.as<EveryType>();
        for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_TRUE(read[i] == rows[i]) << batch[i];

        std::size_t count = 0;
        for (const EveryType& row : client.streamQuery<EveryType>(
                 select(rows.size()),
                 StreamOptions().offsetReset(OffsetReset::Earliest).idleTimeout(patience))) {
            ASSERT_LT(count, rows.size());
            EXPECT_TRUE(row == rows[count]) << batch[count];
            ++count;
        }
        EXPECT_EQ(count, rows.size());
    }

    const std::string stream_;
};

TEST_F(LiveTypes, TheSchemaIsWhatWasCreated) {
    const QueryDescription plan =
        take(client.execute(explain("SELECT * FROM " + stream_ + " EMIT CHANGES;")));
    EXPECT_GE(plan.fields.size(), 18u);
    take(client.insertInto(stream_, nulls("n")));
    const QueryResult result = pushFromStart(select(1));
    EXPECT_EQ(result.schema().size(), 18u);
    const auto typeOf = [&](const char* column) {
        const auto place = result.schema().indexOf(column);
        return place ? result.schema()[*place].type.toString() : std::string();
    };
    EXPECT_EQ(typeOf("DEC"), "DECIMAL(38, 10)");
    EXPECT_EQ(typeOf("MSTS"), "MAP<STRING, TIMESTAMP>");
    EXPECT_EQ(typeOf("ST"),
              "STRUCT<`X` BIGINT, `Y` DECIMAL(4, 2), `DT` DATE, `TM` TIME, `TS` TIMESTAMP, "
              "`RAW` BYTES, `lower case` STRING, "
              "`SUB` STRUCT<`Z` ARRAY<STRING>, `M` MAP<STRING, DOUBLE>>>");
}

TEST_F(LiveTypes, InsertedOneByOne) {
    const std::vector<EveryType> rows{usual("usual"), least("least"), most("most"), nulls("nulls")};
    for (const EveryType& row : rows) take(client.insertInto(stream_, row));
    expectStored(rows);
}

TEST_F(LiveTypes, InsertedByInsertValues) {
    const auto options = InsertOptions().insertValues(InsertValues::Always);
    const std::vector<EveryType> rows{usual("usual"), least("least"), most("most"), nulls("nulls")};
    for (const EveryType& row : rows) take(client.insertInto(stream_, row, options));
    expectStored(rows);
}

TEST_F(LiveTypes, InsertedTogetherAndAsAStream) {
    InsertRows together;
    together.add(usual("1")).add(nulls("2"));
    ASSERT_TRUE(take(client.insertInto(stream_, together)).ok());
    InsertStream stream = client.insertStream(stream_);
    stream.insert(least("3"));
    stream.insert(most("4"));
    const InsertReport report = stream.close(patience);
    ASSERT_TRUE(report.ok()) << (report.error ? report.error->what() : "");
    expectStored({usual("1"), nulls("2"), least("3"), most("4")});
}

/// A text with `${` in it is no session variable's place.
TEST_F(LiveTypes, TextsThatLookLikeVariables) {
    const std::string text = "${x} $${x} ${x:-y} $";
    EveryType row = nulls("n");
    row.s = text;
    take(client.insertInto(stream_, row));
    take(client.insertInto(stream_, row, InsertOptions().insertValues(InsertValues::Always)));
    run(Statement("INSERT INTO ? (ID, S) VALUES (?, ?);").bind(Identifier(stream_), "n", text),
        CommandOptions().sessionVariable("x", "changed"));
    const QueryResult read = pushFromStart(select(3));
    ASSERT_EQ(read.size(), 3u);
    for (RowView found : read) EXPECT_EQ(found["S"].asString(), text);
}

}  // namespace
}  // namespace ksqldb::live
