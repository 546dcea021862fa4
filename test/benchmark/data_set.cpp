#include "data_set.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>

namespace ksqldb::benchmark {

namespace {

constexpr std::size_t blockBytes = std::size_t{32} << 20;

class Maker {
public:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::string digits(std::size_t count) {
        std::string out(1, static_cast<char>('1' + below(9)));
        while (out.size() < count) out += static_cast<char>('0' + below(10));
        return out;
    }
    std::string word(std::size_t count) {
        std::string out;
        while (out.size() < count) out += static_cast<char>('a' + below(26));
        return out;
    }
    std::string quoted(const std::string& text) { return '"' + text + '"'; }

private:
    std::minstd_rand random_{42};
};

std::string narrowRow(Maker& make) {
    return make.digits(10) + ",\"user_" + make.digits(5) + "\"," + make.digits(4) + '.' +
           make.digits(3);
}

// 5 % of the messages hold escapes and UTF-8, 2 % are null.
std::string typicalRow(Maker& make) {
    const std::size_t dice = make.below(100);
    std::string message = make.quoted(make.word(24) + ' ' + make.word(20));
    if (dice < 5)
        message = "\"said \\\"" + make.word(12) + "\\\" \xe2\x80\x93 \\u00e9t\\u00e9 " +
                  make.word(10) + '"';
    if (dice >= 98) message = "null";
    return make.digits(10) + ",\"user_" + make.digits(6) + "\"," + make.digits(1) + ',' +
           make.digits(4) + '.' + make.digits(6) + ',' + make.digits(5) + ".10," + message +
           ",{\"CITY\":\"" + make.word(9) + "\",\"ZIP\":" + make.digits(5) + "},[\"" +
           make.word(7) + "\",\"" + make.word(8) + "\"]";
}

std::string wideRow(Maker& make) {
    std::string row;
    for (int i = 0; i < 50; ++i) {
        if (i != 0) row += ',';
        switch (i % 5) {
            case 0:
                row += make.digits(12);
                break;
            case 1:
            case 3:
                row += make.quoted(make.word(51));
                break;
            case 2:
                row += make.digits(4) + '.' + make.digits(6);
                break;
            default:
                row += make.digits(6);
        }
    }
    return row;
}

std::string realRow(Maker& make) {
    return "1000000000000000000," + make.digits(6) + ",\"user_" + make.digits(4) + "\"," +
           make.digits(1) + ",\"web\"," + make.digits(2) + '.' + make.digits(2) + ",true,\"" +
           make.word(16) + "\"," + make.digits(3);
}

DataSet make(std::string_view name) {
    DataSet set;
    set.name = name;
    std::string (*row)(Maker&) = nullptr;
    if (name == "narrow") {
        set.columns = {"ID", "USER_ID", "PRICE"};
        set.types = {"BIGINT", "STRING", "DOUBLE"};
        row = narrowRow;
    } else if (name == "typical") {
        set.columns = {"ID", "USER_ID", "STARS", "SCORE", "PRICE", "MESSAGE", "ADDRESS", "TAGS"};
        set.types = {"BIGINT",
                     "STRING",
                     "INTEGER",
                     "DOUBLE",
                     "DECIMAL(10, 2)",
                     "STRING",
                     "STRUCT<`CITY` STRING, `ZIP` INTEGER>",
                     "ARRAY<STRING>"};
        row = typicalRow;
    } else if (name == "wide") {
        for (int i = 0; i < 50; ++i) {
            set.columns.push_back("COLUMN_" + std::to_string(i));
            static const char* const types[] = {"BIGINT", "STRING", "DOUBLE", "STRING", "INTEGER"};
            set.types.emplace_back(types[i % 5]);
        }
        row = wideRow;
    } else if (name == "real") {
        set.columns = {"STAMP", "ID",   "USER_ID", "STARS", "CHANNEL",
                       "PRICE", "PAID", "MESSAGE", "AGE"};
        set.types = {"BIGINT", "BIGINT",  "STRING", "INTEGER", "STRING",
                     "DOUBLE", "BOOLEAN", "STRING", "INTEGER"};
        row = realRow;
    } else {
        throw std::invalid_argument("no data set " + std::string(name));
    }
    Maker maker;
    std::size_t bytes = 0;
    while (bytes < blockBytes) {
        set.rows.push_back(row(maker));
        bytes += set.rows.back().size();
    }
    return set;
}

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "\"" : ",\"") + name + '"';
    return '[' + out + ']';
}

}  // namespace

const DataSet& DataSet::named(std::string_view name) {
    static std::map<std::string, DataSet, std::less<>> sets;
    const auto found = sets.find(name);
    return found != sets.end() ? found->second
                               : sets.emplace(std::string(name), make(name)).first->second;
}

std::string DataSet::header(Form form) const {
    if (form == Form::Delimited)
        return "{\"queryId\":\"transient_1\",\"columnNames\":" + listed(columns) +
               ",\"columnTypes\":" + listed(types) + "}\n";
    std::string schema;
    for (std::size_t i = 0; i < columns.size(); ++i)
        schema += (i == 0 ? "`" : ", `") + columns[i] + "` " + types[i];
    return "[{\"header\":{\"queryId\":\"transient_1\",\"schema\":\"" + schema + "\"}},\n";
}

std::string DataSet::row(std::size_t i, Form form) const {
    return form == Form::Delimited ? '[' + rows[i] + "]\n"
                                   : "{\"row\":{\"columns\":[" + rows[i] + "]}},\n";
}

std::vector<std::string> lastLines(Form form) {
    if (form == Form::Delimited) return {};
    return {"{\"finalMessage\":\"Limit Reached\"}", "]"};
}

std::string chunk(std::string_view text) {
    char length[16];
    std::snprintf(length, sizeof length, "%zx\r\n", text.size());
    return length + std::string(text) + "\r\n";
}

const Wire& Wire::of(std::string_view name, Form form) {
    static std::map<std::pair<std::string, Form>, Wire> wires;
    Wire& wire = wires[{std::string(name), form}];
    if (wire.ends.empty()) {
        const DataSet& set = DataSet::named(name);
        for (std::size_t i = 0; i < set.rows.size(); ++i) {
            wire.bytes += chunk(set.row(i, form));
            wire.ends.push_back(wire.bytes.size());
        }
    }
    return wire;
}

}  // namespace ksqldb::benchmark
