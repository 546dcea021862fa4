// An answer read in one piece, byte by byte, and in pieces chosen by the input must come out the
// same; what comes out must bear being looked at in every way, with no exception but ksqldb::Error.
#include "base/error_builder.h"
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"
#include "values/utf8.h"

#include <ksqldb/error.h>
#include <ksqldb/row.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace ksqldb;

namespace {

constexpr std::size_t maxLineBytes = 4096;

void require(bool condition) {
    if (!condition) std::abort();
}

template <class F>
void attempt(F&& call) {
    try {
        call();
    } catch (const Error& error) {
        require(error.what()[0] != '\0');
    }
}

void walk(const ValueView& value, int depth) {
    require(depth < 200);
    attempt([&] { (void)value.asBool(); });
    attempt([&] { (void)value.asInt(); });
    attempt([&] { (void)value.asBigint(); });
    attempt([&] { (void)value.asDouble(); });
    attempt([&] { require(values::isUtf8(value.asString())); });
    attempt([&] {
        require(Decimal(value.asDecimal().toString()).toString() == value.asDecimal().toString());
    });
    attempt([&] { (void)value.asBytes(); });
    attempt([&] { (void)toString(value.asDate()); });
    attempt([&] { (void)toString(value.asTime()); });
    attempt([&] { (void)toString(value.asTimestamp()); });
    attempt([&] { (void)value.toJson(); });
    require(values::isUtf8(value.toString()));
    std::size_t size = 0;
    attempt([&] { size = value.size(); });
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 50); ++i) {
        attempt([&] { walk(value[i], depth + 1); });
        attempt([&] { walk(value.key(i), depth + 1); });
    }
    attempt([&] { (void)value[size]; });
    attempt([&] { require(value.contains("a") || !value.contains("a")); });
}

std::string cellText(const detail::RowBlock& block, const detail::Cell& cell) {
    using Kind = detail::Cell::Kind;
    std::string text = std::to_string(static_cast<int>(cell.kind)) + "(";
    if (cell.kind == Kind::Number || cell.kind == Kind::String) {
        text += block.slice(cell);
    } else if (cell.kind == Kind::Array || cell.kind == Kind::Object) {
        const std::uint32_t parts = cell.kind == Kind::Array ? cell.size : 2 * cell.size;
        for (std::uint32_t i = 0; i < parts; ++i)
            text += cellText(block, block.cells[cell.offset + i]);
    }
    return text + ")";
}

class Reading {
public:
    Reading() { reader_.setBatch(std::make_shared<protocol::Batch>()); }

    void feed(std::string_view bytes) {
        if (!failed_) failed_ = !reader_.feed(bytes);
    }
    /// What the event loop does between two reads.
    void endRound() {
        takeBatch();
        reader_.setBatch(std::make_shared<protocol::Batch>());
    }
    /// All that came of it, as text.
    std::string finish() {
        const Ending ending = failed_ ? Ending(*reader_.error()) : reader_.finish(true);
        takeBatch();
        text_ += "rows " + std::to_string(reader_.rows());
        text_ += " end " + std::to_string(static_cast<int>(ending.kind()));
        if (ending.error()) {
            require(values::isUtf8(ending.error()->what()));
            text_ += ending.error()->what();
        }
        return text_;
    }

    const std::string& rows() const { return rows_; }

private:
    void takeBatch() {
        const std::shared_ptr<protocol::Batch> batch = reader_.takeBatch();
        decoder_.ensureDecoded(*batch, rowsDecoded_);
        if (batch->header)
            text_ +=
                batch->header->queryId().value_or("-") + batch->header->schema().toString() + "\n";
        for (const protocol::TokenMark& mark : batch->tokens)
            text_ += "token " + std::to_string(rowsDecoded_ + mark.beforeRow) + mark.token + "\n";
        require(batch->rowCount <= batch->lineCount());
        require(batch->error.has_value() == (batch->rowCount < batch->lineCount()));
        for (std::uint32_t i = 0; i < batch->rowCount && !decodingFailed_; ++i) {
            for (std::size_t column = 0; column < batch->schema.size(); ++column)
                rows_ += cellText(*batch, batch->cells[batch->rows[i].firstCell + column]);
            rows_ += batch->rows[i].tombstone ? "deleted\n" : "\n";
            const RowView row = batch->row(i);
            for (std::size_t column = 0; column < row.size(); ++column) walk(row[column], 0);
            attempt([&] { (void)row.toJson(); });
            const Row copy = row.toRow();
            require(copy.view().toString() == row.toString());
        }
        if (batch->error && !decodingFailed_) {
            decodingFailed_ = true;
            rows_ += batch->error->what();
        }
        rowsDecoded_ += batch->lineCount();
        if (!reader_.hasHeader()) require(batch->lineCount() == 0);
    }

    protocol::ResponseReader reader_{maxLineBytes};
    protocol::RowDecoder decoder_;
    bool failed_ = false;
    bool decodingFailed_ = false;
    std::uint64_t rowsDecoded_ = 0;
    std::string text_;
    std::string rows_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned step = data[0];
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

    Reading whole;
    whole.feed(body);
    const std::string expected = whole.finish();

    Reading bytes;
    for (std::size_t i = 0; i < body.size(); ++i) bytes.feed(body.substr(i, 1));
    require(bytes.finish() == expected);
    require(bytes.rows() == whole.rows());

    Reading pieces;
    std::size_t at = 0;
    for (std::size_t i = 1; at < body.size(); ++i) {
        const std::size_t length = std::min(body.size() - at, 1 + (step * i * 7919) % 97);
        pieces.feed(body.substr(at, length));
        pieces.endRound();
        at += length;
    }
    require(pieces.finish() == expected);
    require(pieces.rows() == whole.rows());
    return 0;
}
