// Values that a real server sent, read into a program's own types and written back as JSON: both
// say what the recording holds, which is read by the tests' own reader.
#include "recorded_values.h"
#include "server/player.h"
#include "support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

// A program's choice: the library has no order of decimals.
template <>
struct std::less<ksqldb::Decimal> {
    bool operator()(const ksqldb::Decimal& a, const ksqldb::Decimal& b) const {
        return a.toString() < b.toString();
    }
};

namespace ksqldb::test {

template <class T>
using Optional = std::optional<T>;
template <class T>
using ByName = std::map<std::string, T>;

struct Sub {
    std::vector<std::string> z;
    ByName<double> m;
    static constexpr auto ksqldbFields() {
        return fields(field("Z", &Sub::z), field("M", &Sub::m));
    }
};
struct Inner {
    std::int64_t x = 0;
    Decimal y;
    Optional<Decimal> big;
    Date dt;
    TimeOfDay tm;
    Optional<Timestamp> ts;
    Bytes raw;
    std::string lower;
    Optional<Sub> sub;
    static constexpr auto ksqldbFields() {
        return fields(field("X", &Inner::x), field("Y", &Inner::y), field("BIG", &Inner::big),
                      field("DT", &Inner::dt), field("TM", &Inner::tm), field("TS", &Inner::ts),
                      field("RAW", &Inner::raw), field("lower case", &Inner::lower),
                      field("SUB", &Inner::sub));
    }
};
struct Deep {
    ByName<std::vector<std::int32_t>> a;
    Decimal d;
    TimeOfDay t;
    static constexpr auto ksqldbFields() {
        return fields(field("A", &Deep::a), field("D", &Deep::d), field("T", &Deep::t));
    }
};
struct EveryType {
    std::string id;
    Optional<bool> b;
    Optional<std::int32_t> i;
    Optional<std::int64_t> l;
    Optional<double> d;
    Optional<Decimal> dec;
    Optional<Decimal> small;
    Optional<std::string> s;
    Optional<Bytes> raw;
    Optional<Date> dt;
    Optional<TimeOfDay> tm;
    Optional<Timestamp> ts;
    Optional<std::vector<Optional<std::int32_t>>> ai;
    Optional<std::vector<Timestamp>> ats;
    Optional<std::vector<Decimal>> adec;
    Optional<ByName<Optional<std::int32_t>>> msi;
    Optional<ByName<Timestamp>> msts;
    Optional<Inner> st;
    Optional<std::vector<Deep>> deep;
    static constexpr auto ksqldbFields() {
        return fields(
            key("ID", &EveryType::id), field("B", &EveryType::b), field("I", &EveryType::i),
            field("L", &EveryType::l), field("D", &EveryType::d), field("DEC", &EveryType::dec),
            field("SMALL", &EveryType::small), field("S", &EveryType::s),
            field("RAW", &EveryType::raw), field("DT", &EveryType::dt), field("TM", &EveryType::tm),
            field("TS", &EveryType::ts), field("AI", &EveryType::ai), field("ATS", &EveryType::ats),
            field("ADEC", &EveryType::adec), field("MSI", &EveryType::msi),
            field("MSTS", &EveryType::msts), field("ST", &EveryType::st),
            field("DEEP", &EveryType::deep));
    }
};

struct Number {
    double n = 0;
    static constexpr auto ksqldbFields() { return fields(field("N", &Number::n)); }
};
struct Names {
    std::map<std::int32_t, std::string> m;
    static constexpr auto ksqldbFields() { return fields(field("M", &Names::m)); }
};
struct Amount {
    Decimal q;
    static constexpr auto ksqldbFields() { return fields(field("Q", &Amount::q)); }
};
using Specials = std::tuple<std::string, double, double, double, Number, double, double,
                            ByName<std::int32_t>, std::map<std::int32_t, std::string>,
                            std::map<Decimal, std::string>, Names, std::vector<Amount>>;

struct AvroKey {
    std::int32_t a = 0;
    std::string b;
    static constexpr auto ksqldbFields() {
        return fields(field("A", &AvroKey::a), field("B", &AvroKey::b));
    }
};
struct Avro {
    AvroKey k;
    double d = 0;
    Decimal n;
    ByName<std::vector<std::int64_t>> m;
    Bytes raw;
    Timestamp ts;
    Date dt;
    TimeOfDay tm;
    static constexpr auto ksqldbFields() {
        return fields(key("K", &Avro::k), field("D", &Avro::d), field("N", &Avro::n),
                      field("M", &Avro::m), field("RAW", &Avro::raw), field("TS", &Avro::ts),
                      field("DT", &Avro::dt), field("TM", &Avro::tm));
    }
};

namespace {

/// A row's columns as texts, in their order.
using Texts = std::vector<std::string>;

template <class T>
Texts textsOf(const T& row, const std::vector<RecordedColumn>& columns) {
    const auto members = ValueText().members(row);
    EXPECT_EQ(members.size(), columns.size()) << "not every column is read";
    Texts texts;
    for (const RecordedColumn& column : columns) texts.push_back(members.at(column.name));
    return texts;
}
template <class... A>
Texts textsOf(const std::tuple<A...>& row, const std::vector<RecordedColumn>&) {
    return std::apply([](const auto&... value) { return Texts{ValueText()(value)...}; }, row);
}

Texts textsOf(const RecordedAnswer& answer, std::size_t row) {
    Texts texts;
    for (std::size_t i = 0; i < answer.columns.size(); ++i)
        texts.push_back(recordedText(answer.rows[row].columns.parts[i], answer.columns[i].type));
    return texts;
}

class RecordedValues : public testing::Test {
protected:
    /// Reads a recording in both forms, by each call, as Ts.
    template <class T>
    void expectTyped(const std::string& name, std::size_t rowCount) {
        for (const char* form : {"-v1", "-delimited"}) {
            SCOPED_TRACE(name + form);
            play(name + form);
            ASSERT_EQ(answer.rows.size(), rowCount);
            const std::vector<T> result = take(client.executeQuery("S;")).as<T>();
            const std::vector<T> executed = take(client.executeQuery<T>("S;"));
            std::vector<T> streamed;
            std::optional<Ending> ending;
            auto query = client.streamQuery<T>(
                "S;", [&](StreamControl&, T&& row) { streamed.push_back(std::move(row)); },
                [&](const Ending& end) { ending = end; });
            ASSERT_TRUE(query.waitFor(patience));
            ASSERT_EQ(ending->error(), nullptr) << ending->error()->what();
            ASSERT_EQ(result.size(), rowCount);
            ASSERT_EQ(executed.size(), rowCount);
            ASSERT_EQ(streamed.size(), rowCount);
            for (std::size_t i = 0; i < rowCount; ++i) {
                SCOPED_TRACE("row " + std::to_string(i));
                EXPECT_EQ(textsOf(result[i], answer.columns), textsOf(answer, i));
                EXPECT_EQ(textsOf(executed[i], answer.columns), textsOf(answer, i));
                EXPECT_EQ(textsOf(streamed[i], answer.columns), textsOf(answer, i));
            }
        }
    }

    void play(const std::string& name) {
        const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
        ASSERT_NE(folder, nullptr);
        const auto recording =
            server::loadRecording(std::filesystem::path(folder) / "values" / (name + ".json"));
        ASSERT_EQ(recording.request.path, "/query-stream");
        const bool isV1 = server::findHeader(recording.response.headers, "content-type") ==
                          "application/vnd.ksql.v1+json";
        answer = RecordedAnswer::read(
            isV1 ? RecordedAnswer::Form::StreamedRow : RecordedAnswer::Form::Delimited,
            recording.responseBody());
        server.clearScripts();
        server.onAny(server::play(recording));
    }

    LocalServer server;
    Client client{clientOptions(server)};
    RecordedAnswer answer;
};

TEST_F(RecordedValues, OfEveryTypeAreReadIntoAStruct) { expectTyped<EveryType>("every-type", 4); }
TEST_F(RecordedValues, ThatAreSpecialAreReadIntoATuple) { expectTyped<Specials>("specials", 1); }
TEST_F(RecordedValues, OfAvroAreReadIntoAStruct) { expectTyped<Avro>("avro", 1); }

TEST_F(RecordedValues, AreWrittenAsWhatInsertsTake) {
    std::size_t rows = 0;
    for (const char* name : {"every-type-v1", "every-type-delimited", "specials-v1",
                             "specials-delimited", "avro-v1", "avro-delimited"}) {
        SCOPED_TRACE(name);
        play(name);
        const QueryResult result = take(client.executeQuery("S;"));
        ASSERT_EQ(result.size(), answer.rows.size());
        for (std::size_t i = 0; i < result.size(); ++i) {
            SCOPED_TRACE("row " + std::to_string(i));
            const Json expected = insertJson(answer.rows[i], answer.columns);
            EXPECT_EQ(writeJson(parseJson(result[i].toJson())), writeJson(expected));
            for (std::size_t c = 0; c < answer.columns.size(); ++c)
                EXPECT_EQ(writeJson(parseJson(result[i][c].toJson())),
                          writeJson(expected.parts[c]));
            ++rows;
        }
    }
    EXPECT_EQ(rows, 12U);
}

TEST_F(RecordedValues, AreAllHere) {
    // A recording that comes later is to be read here as well.
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    ASSERT_NE(folder, nullptr);
    std::set<std::string> names;
    for (const auto& recording : server::loadRecordings(std::filesystem::path(folder) / "values"))
        if (recording.request.path == "/query-stream") names.insert(recording.name);
    EXPECT_EQ(names, (std::set<std::string>{"values/avro-delimited", "values/avro-v1",
                                            "values/every-type-delimited", "values/every-type-v1",
                                            "values/specials-delimited", "values/specials-v1"}));
}

}  // namespace
}  // namespace ksqldb::test
