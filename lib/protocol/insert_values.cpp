#include "protocol/insert_values.h"

#include "base/require.h"
#include "values/base64.h"
#include "values/json_tree.h"
#include "values/time_text.h"
#include "values/written_type.h"

#include <ksqldb/statement.h>

#include <algorithm>
#include <charconv>

namespace ksqldb::protocol {

namespace {

using values::JsonNode;
using values::WrittenType;

/// A name as SQL writes it, exactly: that of `\`a b\`` is a b, that of ab is AB.
std::string exactName(std::string_view text) {
    const char quote = text.empty() ? '\0' : text.front();
    std::string name;
    if (quote != '`' && quote != '"') {
        std::transform(text.begin(), text.end(), std::back_inserter(name), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return name;
    }
    base::require(text.size() >= 2 && text.back() == quote, "a name whose quote is not closed");
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        name += text[i];
        if (text[i] != quote) continue;
        base::require(i + 2 < text.size() && text[i + 1] == quote, "a quote alone in a name");
        ++i;
    }
    return name;
}

/// Writes a column's value as SQL's literal.
class Literals {
public:
    Literals(std::string& out, std::string_view types) : out_(out), types_(types) {}

    void writeColumn(const JsonNode& value) {
        detail::SqlWriter writer(out_, ++column_, {});
        write(writer, value);
    }

private:
    void write(detail::SqlWriter& out, const JsonNode& value) {
        if (value.isNull()) return out.writeNull(values::kindOfNull(nextType()));
        if (const auto truth = value.boolean()) return out.write(*truth);
        if (const auto text = value.string()) return writeText(out, *text);
        if (value.isArray()) return writeArray(out, value);
        if (value.isObject()) return writeObject(out, value);
        writeNumber(out, *value.scalar());
    }

    static void writeNumber(detail::SqlWriter& out, const std::string& digits) {
        const char* const end = digits.data() + digits.size();
        if (digits.find_first_of(".eE") == std::string::npos) {
            std::int64_t number = 0;
            std::from_chars(digits.data(), end, number);
            return out.write(number);
        }
        double number = 0;
        std::from_chars(digits.data(), end, number);
        out.write(number);
    }

    void writeText(detail::SqlWriter& out, const std::string& text) {
        switch (static_cast<WrittenType>(nextType())) {
            case WrittenType::Decimal:
                return out.write(Decimal(text));
            case WrittenType::Bytes:
                return out.write(*values::decodeBase64(text));
            case WrittenType::Date:
                return out.write(parsed<Date>(text, values::parseDate));
            case WrittenType::Time:
                return out.write(parsed<TimeOfDay>(text, values::parseTime));
            case WrittenType::Timestamp:
                return out.write(parsed<Timestamp>(text, values::parseTimestamp));
            default:
                return out.write(text);
        }
    }

    template <class T>
    static T parsed(std::string_view text, values::TimeFault (*parse)(std::string_view, T&)) {
        T value{};
        parse(text, value);
        return value;
    }

    void writeArray(detail::SqlWriter& out, const JsonNode& value) {
        const auto elements = value.children();
        out.beginArray(elements.size());
        for (const JsonNode& element : elements) {
            out.element();
            write(out, element);
        }
        out.endArray();
    }

    void writeObject(detail::SqlWriter& out, const JsonNode& value) {
        const auto members = value.children();
        if (static_cast<WrittenType>(nextType()) == WrittenType::Map) {
            out.beginMap(members.size());
            for (const JsonNode& member : members) {
                out.key(member.name());
                write(out, member);
            }
            return out.endMap();
        }
        out.beginStruct();
        for (const JsonNode& member : members) {
            out.field(exactName(member.name()));
            write(out, member);
        }
        out.endStruct();
    }

    char nextType() {
        const char type = types_.front();
        types_.remove_prefix(1);
        return type;
    }

    std::string& out_;
    std::string_view types_;  // of what follows
    std::size_t column_ = 0;
};

std::string_view takeLine(std::string_view& lines) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    return line;
}

}  // namespace

std::string insertValuesSql(std::string_view target, detail::WrittenRow row) {
    base::require(row.types.find(static_cast<char>(WrittenType::Raw)) == std::string_view::npos,
                  "a row of addJson() has no types, which INSERT VALUES needs: use add()");
    const auto tree = values::JsonTree::parse(row.json);
    base::require(tree.has_value(), "a row that is nested too deeply");
    const auto columns = tree->root().children();
    base::require(!columns.empty(), "a row without columns");
    std::string sql = "INSERT INTO " + Identifier(exactName(target)).quoted();
    const char* separator = " (";
    for (const JsonNode& column : columns) {
        sql += separator + Identifier(exactName(column.name())).quoted();
        separator = ", ";
    }
    Literals literals(sql, row.types);
    separator = ") VALUES (";
    for (const JsonNode& column : columns) {
        sql += separator;
        literals.writeColumn(column);
        separator = ", ";
    }
    return sql += ");";
}

std::vector<std::string> insertValuesSqls(std::string_view target, std::string_view rows,
                                          std::string_view types) {
    std::vector<std::string> sqls;
    while (!rows.empty()) {
        const std::string_view row = takeLine(rows);
        sqls.push_back(insertValuesSql(target, {row, takeLine(types)}));
    }
    return sqls;
}

}  // namespace ksqldb::protocol
