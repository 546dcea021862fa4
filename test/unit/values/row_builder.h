#pragma once
#include "values/rapidjson.h"
#include "values/row_block.h"
#include "values/type_parser.h"

#include <ksqldb/error.h>
#include <ksqldb/row.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// Rows from a schema string and JSON texts, with cells as row_block.h wants them. Simple where the
/// library's decoder is fast, so that the two check each other.
class BuiltRows {
public:
    BuiltRows(std::string_view schema, std::initializer_list<std::string_view> rows,
              bool tombstone = false)
        : block_(std::make_shared<Block>()) {
        std::vector<Column> columns;
        if (!values::parseSchema(schema, columns)) throw std::invalid_argument("no schema");
        block_->schema = Schema(std::move(columns));
        for (const std::string_view json : rows) addRow(json, tombstone);
        block_->text = block_->textStore.data();
        block_->cells = block_->cellStore.data();
        block_->rows = block_->rowStore.data();
        block_->rowCount = static_cast<std::uint32_t>(block_->rowStore.size());
    }

    RowView operator[](std::size_t i) const { return block_->row(static_cast<std::uint32_t>(i)); }
    RowBatch batch() const { return detail::RowBlock::batch(block_, 0, block_->rowCount); }
    std::shared_ptr<const detail::RowBlock> block() const { return block_; }

private:
    using Cell = detail::Cell;

    struct Block : detail::RowBlock {
        std::string textStore;
        std::vector<Cell> cellStore;
        std::vector<detail::RowEntry> rowStore;
    };

    // A container's parts wait on the stack until it ends.
    struct Handler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
        explicit Handler(Block& target) : block(target) {}

        bool Null() { return push(Cell::Kind::Null, 0, 0); }
        bool Bool(bool value) { return push(value ? Cell::Kind::True : Cell::Kind::False, 0, 0); }
        bool RawNumber(const char* digits, unsigned size, bool) {
            return pushText(Cell::Kind::Number, digits, size);
        }
        // RapidJSON refuses numbers beyond a double, so "number:1E400" stands for one.
        bool String(const char* text, unsigned size, bool) {
            constexpr std::string_view mark = "number:";
            if (std::string_view(text, size).substr(0, mark.size()) == mark)
                return pushText(Cell::Kind::Number, text + mark.size(),
                                size - static_cast<unsigned>(mark.size()));
            return pushText(Cell::Kind::String, text, size);
        }
        bool Key(const char* text, unsigned size, bool) {
            return pushText(Cell::Kind::String, text, size);
        }
        bool EndArray(unsigned count) { return close(Cell::Kind::Array, count, count); }
        bool EndObject(unsigned count) { return close(Cell::Kind::Object, count, 2 * count); }

        bool push(Cell::Kind kind, std::uint32_t size, std::size_t offset) {
            stack.push_back({kind, size, static_cast<std::uint32_t>(offset)});
            return true;
        }
        bool pushText(Cell::Kind kind, const char* text, unsigned size) {
            push(kind, size, block.textStore.size());
            block.textStore.append(text, size);
            return true;
        }
        bool close(Cell::Kind kind, unsigned size, unsigned parts) {
            const std::size_t offset = block.cellStore.size();
            block.cellStore.insert(block.cellStore.end(), stack.end() - parts, stack.end());
            stack.resize(stack.size() - parts);
            return push(kind, size, offset);
        }

        Block& block;
        std::vector<Cell> stack;
    };

    void addRow(std::string_view json, bool tombstone) {
        const std::string text(json);
        rapidjson::MemoryStream memory(text.data(), text.size());
        rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
        rapidjson::Reader reader;
        Handler handler(*block_);
        reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(stream, handler);
        if (reader.HasParseError() || handler.stack.size() != 1 ||
            handler.stack[0].kind != Cell::Kind::Array ||
            handler.stack[0].size != block_->schema.size())
            throw std::invalid_argument("no row: " + text);
        block_->rowStore.push_back(detail::rowEntry(handler.stack[0].offset, tombstone));
    }

    std::shared_ptr<Block> block_;
};

/// One value in a column X of this type, by way of Row, so that its copying is tested as well.
class BuiltValue {
public:
    BuiltValue(std::string_view type, std::string_view json)
        : row_(BuiltRows("`X` " + std::string(type), {std::string("[").append(json) + "]"})[0]) {}

    const ValueView* operator->() const { return &value_; }
    const ValueView& operator*() const { return value_; }

private:
    Row row_;
    ValueView value_ = row_[0];
};

template <class F>
void expectError(ErrorCode code, std::string_view what, F&& call) {
    try {
        call();
        ADD_FAILURE() << "no error, where this was expected: " << what;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_EQ(std::string_view(error.what()), what);
    }
}

}  // namespace ksqldb::test
