#include "readers.h"

#include <stdexcept>

namespace ksqldb::benchmark {

namespace {

std::uint64_t u(std::int64_t value) { return static_cast<std::uint64_t>(value); }
std::uint64_t u(double value) { return static_cast<std::uint64_t>(value); }

template <class Names>
std::uint64_t readNarrow(const RowView& row, const Names& at) {
    return u(row[at(0)].asBigint()) + row[at(1)].asString().size() + u(row[at(2)].asDouble());
}

template <class Names>
std::uint64_t readTypical(const RowView& row, const Names& at) {
    std::uint64_t sum = u(row[at(0)].asBigint()) + row[at(1)].asString().size() +
                        u(std::int64_t{row[at(2)].asInt()}) + u(row[at(3)].asDouble()) +
                        row[at(4)].asDecimal().toString().size();
    const ValueView message = row[at(5)];
    if (!message.isNull()) sum += message.asString().size();
    const ValueView address = row[at(6)];
    sum += address[0].asString().size() + u(std::int64_t{address[1].asInt()});
    const ValueView tags = row[at(7)];
    for (std::size_t i = 0; i < tags.size(); ++i) sum += tags[i].asString().size();
    return sum;
}

template <class Names>
std::uint64_t readWide(const RowView& row, const Names& at) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < 50; i += 5)
        sum += u(row[at(i)].asBigint()) + row[at(i + 1)].asString().size() +
               u(row[at(i + 2)].asDouble()) + row[at(i + 3)].asString().size() +
               u(std::int64_t{row[at(i + 4)].asInt()});
    return sum;
}

template <class Names>
std::uint64_t readReal(const RowView& row, const Names& at) {
    return u(row[at(0)].asBigint()) + u(row[at(1)].asBigint()) + row[at(2)].asString().size() +
           u(std::int64_t{row[at(3)].asInt()}) + row[at(4)].asString().size() +
           u(row[at(5)].asDouble()) + (row[at(6)].asBool() ? 1 : 0) + row[at(7)].asString().size() +
           u(std::int64_t{row[at(8)].asInt()});
}

constexpr auto byIndex = [](std::size_t i) { return i; };

std::uint64_t narrowByIndex(const RowView& row) { return readNarrow(row, byIndex); }
std::uint64_t typicalByIndex(const RowView& row) { return readTypical(row, byIndex); }
std::uint64_t wideByIndex(const RowView& row) { return readWide(row, byIndex); }
std::uint64_t realByIndex(const RowView& row) { return readReal(row, byIndex); }

std::uint64_t narrowByName(const RowView& row) {
    static constexpr const char* names[] = {"ID", "USER_ID", "PRICE"};
    return readNarrow(row, [](std::size_t i) { return names[i]; });
}
std::uint64_t typicalByName(const RowView& row) {
    static constexpr const char* names[] = {"ID",    "USER_ID", "STARS",   "SCORE",
                                            "PRICE", "MESSAGE", "ADDRESS", "TAGS"};
    return readTypical(row, [](std::size_t i) { return names[i]; });
}

}  // namespace

ReadRow readerOf(std::string_view set) {
    if (set == "narrow") return narrowByIndex;
    if (set == "typical") return typicalByIndex;
    if (set == "wide") return wideByIndex;
    if (set == "real") return realByIndex;
    throw std::invalid_argument("no reader of that set");
}

std::uint64_t lookAt(const RowView& row) {
    std::uint64_t nulls = 0;
    const std::size_t columns = row.size();
    for (std::size_t i = 0; i < columns; ++i) nulls += row[i].isNull() ? 1 : 0;
    return nulls;
}

ReadRow nameReaderOf(std::string_view set) {
    if (set == "narrow") return narrowByName;
    if (set == "typical") return typicalByName;
    throw std::invalid_argument("no reader of that set");
}

std::uint64_t sumOf(const NarrowRow& row) { return u(row.id) + row.userId.size() + u(row.price); }
std::uint64_t sumOf(const TypicalRow& row) {
    std::uint64_t sum = u(row.id) + row.userId.size() + u(std::int64_t{row.stars}) + u(row.score) +
                        row.price.toString().size() + (row.message ? row.message->size() : 0) +
                        row.address.city.size() + u(std::int64_t{row.address.zip});
    for (const std::string& tag : row.tags) sum += tag.size();
    return sum;
}

NarrowRow handWrittenNarrow(const RowView& row) {
    return {row[0].asBigint(), std::string(row[1].asString()), row[2].asDouble()};
}

TypicalRow handWrittenTypical(const RowView& row) {
    TypicalRow out{row[0].asBigint(),
                   std::string(row[1].asString()),
                   row[2].asInt(),
                   row[3].asDouble(),
                   row[4].asDecimal(),
                   std::nullopt,
                   {std::string(row[6][0].asString()), row[6][1].asInt()},
                   {}};
    if (const ValueView message = row[5]; !message.isNull())
        out.message = std::string(message.asString());
    const ValueView tags = row[7];
    const std::size_t count = tags.size();
    out.tags.reserve(count);
    for (std::size_t i = 0; i < count; ++i) out.tags.emplace_back(tags[i].asString());
    return out;
}

}  // namespace ksqldb::benchmark
