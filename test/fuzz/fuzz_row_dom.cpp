// The row decoder against RapidJSON's DOM, which is parsed by another of its parsers: what the
// decoder takes, the DOM has with the same values; what it refuses, the DOM refuses as well, or it
// is one of the limits that the decoder's errors name.
#include "input.h"
#include "protocol/row_decoder.h"
#include "values/rapidjson.h"
#include "values/type_parser.h"

#include <rapidjson/memorystream.h>

#include <vector>

using namespace ksqldb;
using detail::Cell;
using fuzz::require;
using rapidjson::SizeType;
using JsonValue = rapidjson::Value;

namespace {

/// Builds a Document in which numbers are strings as well; what begins with 'n' is a number, with
/// 't' a text.
class Tagging {
public:
    explicit Tagging(rapidjson::Document& document) : document_(document) {}

    bool Null() { return document_.Null(); }
    bool Bool(bool value) { return document_.Bool(value); }
    bool RawNumber(const char* digits, SizeType size, bool) { return tagged('n', digits, size); }
    bool String(const char* text, SizeType size, bool) { return tagged('t', text, size); }
    bool Key(const char* text, SizeType size, bool) { return document_.Key(text, size, true); }
    bool StartArray() { return document_.StartArray(); }
    bool EndArray(SizeType count) { return document_.EndArray(count); }
    bool StartObject() { return document_.StartObject(); }
    bool EndObject(SizeType count) { return document_.EndObject(count); }
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    bool tagged(char tag, const char* text, SizeType size) {
        text_.assign(1, tag).append(text, size);
        return document_.String(text_.data(), static_cast<SizeType>(text_.size()), true);
    }

    rapidjson::Document& document_;
    std::string text_;
};

/// False: the text is no JSON.
bool parseDom(const std::string& text, rapidjson::Document& document) {
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    auto events = [&](rapidjson::Document& into) {
        Tagging tagging(into);
        return !reader
                    .Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                           rapidjson::kParseValidateEncodingFlag>(stream, tagging)
                    .IsError();
    };
    document.Populate(events);
    // To the stream, a zero byte is an end.
    return !reader.HasParseError() && stream.Tell() == text.size();
}

std::string_view textOf(const JsonValue& value) {
    return {value.GetString(), value.GetStringLength()};
}

std::size_t depthOf(const JsonValue& value) {
    std::size_t deepest = 0;
    if (value.IsArray())
        for (const JsonValue& part : value.GetArray()) deepest = std::max(deepest, depthOf(part));
    else if (value.IsObject())
        for (const auto& part : value.GetObject()) deepest = std::max(deepest, depthOf(part.value));
    else
        return 0;
    return deepest + 1;
}

/// Half a surrogate pair, by its escape, is no text.
bool isAllText(const JsonValue& value) {
    bool isText = true;
    if (value.IsString()) isText = values::isUtf8(textOf(value));
    if (value.IsArray())
        for (const JsonValue& part : value.GetArray()) isText = isText && isAllText(part);
    if (value.IsObject())
        for (const auto& part : value.GetObject())
            isText = isText && values::isUtf8(textOf(part.name)) && isAllText(part.value);
    return isText;
}

struct DomRow {
    const JsonValue* columns = nullptr;
    bool isTombstone = false;
};

/// Of members of the same name the last one counts, and a tombstone stays one.
DomRow rowOf(const JsonValue& root) {
    if (root.IsArray()) return {&root, false};
    DomRow row;
    if (!root.IsObject()) return row;
    for (const auto& member : root.GetObject()) {
        if (textOf(member.name) != "row" || !member.value.IsObject()) continue;
        for (const auto& part : member.value.GetObject()) {
            const std::string_view name = textOf(part.name);
            if (name == "columns" && part.value.IsArray()) row.columns = &part.value;
            if (name == "tombstone" && part.value.IsTrue()) row.isTombstone = true;
        }
    }
    return row;
}

/// JSON's grammar of numbers.
bool isNumber(std::string_view text) {
    const auto digits = [&] {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    const bool isZero = text.starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (isZero && whole > 1)) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (digits() == 0) return false;
    }
    return text.empty();
}

void compare(const protocol::Batch& batch, const Cell& cell, const JsonValue& value) {
    switch (cell.kind) {
        case Cell::Kind::Null:
            return require(value.IsNull());
        case Cell::Kind::False:
            return require(value.IsFalse());
        case Cell::Kind::True:
            return require(value.IsTrue());
        case Cell::Kind::Number:
            require(isNumber(batch.slice(cell)));
            require(value.IsString() && textOf(value) == 'n' + std::string(batch.slice(cell)));
            return;
        case Cell::Kind::String:
            require(value.IsString() && textOf(value) == 't' + std::string(batch.slice(cell)));
            return;
        case Cell::Kind::Array:
            require(value.IsArray() && value.Size() == cell.size);
            for (std::uint32_t i = 0; i < cell.size; ++i)
                compare(batch, batch.cells[cell.offset + i], value[i]);
            return;
        case Cell::Kind::Object: {
            require(value.IsObject() && value.MemberCount() == cell.size);
            const Cell* part = batch.cells + cell.offset;
            for (const auto& member : value.GetObject()) {
                require(part->kind == Cell::Kind::String);
                require(batch.slice(*part++) == textOf(member.name));
                compare(batch, *part++, member.value);
            }
            return;
        }
    }
}

void checkRefusal(const Error& error, const JsonValue& root, std::size_t columns) {
    const DomRow row = rowOf(root);
    if (error.code() == ErrorCode::NestingTooDeep)
        return require(depthOf(root) > protocol::RowRules().maxNesting);
    require(error.code() == ErrorCode::MalformedResponse);
    require(row.columns == nullptr || row.columns->Size() != columns || !isAllText(root));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const unsigned more = fuzz::takeNumber(input, 9);
    const std::string line = input.ConsumeRemainingBytesAsString();

    rapidjson::Document document;
    const bool isJson = parseDom(line, document);
    const DomRow row = isJson ? rowOf(document) : DomRow();
    // Mostly as many columns as there are.
    const std::size_t columns = (row.columns != nullptr ? row.columns->Size() : 1) + more / 8;

    protocol::Batch batch;
    batch.schema = Schema(std::vector<Column>(columns, {"C", values::parseType("STRING"), false}));
    // A line before and one behind it show whether it stays in its bounds.
    std::string neighbour = "[0";
    for (std::size_t i = 1; i < columns; ++i) neighbour += ",0";
    neighbour = columns == 0 ? "[]" : neighbour + "]";
    for (const std::string& text : {neighbour, line, neighbour}) batch.addLine(text);
    protocol::RowDecoder().ensureDecoded(batch);

    if (batch.error) {
        require(batch.rowCount == 1);
        if (isJson) checkRefusal(*batch.error, document, columns);
        return 0;
    }
    require(batch.rowCount == 3);
    require(isJson && row.columns != nullptr && row.columns->Size() == columns);
    require(isAllText(document));
    require(batch.rows[1].tombstone == row.isTombstone);
    require(!batch.rows[0].tombstone && !batch.rows[2].tombstone);
    for (std::uint32_t i = 0; i < columns; ++i) {
        const JsonValue& value = (*row.columns)[i];
        require(depthOf(value) <= protocol::RowRules().maxNesting);
        compare(batch, batch.cells[batch.rows[1].firstCell + i], value);
        for (const std::uint32_t other : {0U, 2U}) {
            const Cell& cell = batch.cells[batch.rows[other].firstCell + i];
            require(cell.kind == Cell::Kind::Number && batch.slice(cell) == "0");
        }
    }
    return 0;
}
