// An answer of either form read in one piece, byte by byte, and in pieces chosen by the input must
// come out the same; what comes out must bear being looked at in every way, with no exception but
// ksqldb::Error.
#include "answer_reading.h"

#include <ksqldb/row.h>

#include <map>

using namespace ksqldb;
using fuzz::require;

namespace {

constexpr std::size_t maxLineBytes = 4096;

/// Whatever a value is not may be said by an Error.
template <class Call>
void attempt(Call&& call) {
    (void)fuzz::refusalOf(call);
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

class Reading : public fuzz::AnswerReading {
public:
    Reading(bool isWhole, unsigned skipped)
        : AnswerReading(maxLineBytes, protocol::Content::Rows), isWhole_(isWhole) {
        if (skipped != 0) reader().skipRows(skipped);
    }

    /// All that came of it, as text.
    std::string finish() {
        const Ending ending = end(isWhole_);
        text_ += rows_ + "rows " + std::to_string(reader().rows());
        for (const auto& [row, token] : tokens_) text_ += " " + std::to_string(row) + token;
        text_ += " unknown " + reader().takeUnknownLine().value_or("-");
        text_ += " token " + reader().token() + std::to_string(reader().rowsAfterToken());
        text_ += " end " + std::to_string(static_cast<int>(ending.kind()));
        if (ending.error()) {
            require(values::isUtf8(ending.error()->what()));
            text_ += ending.error()->what();
        }
        return text_;
    }

private:
    void take(const protocol::Batch& batch, std::uint64_t firstRow) override {
        if (batch.header)
            text_ +=
                batch.header->queryId().value_or("-") + batch.header->schema().toString() + "\n";
        // Of several tokens before one row only the newest is told, unless a batch ends between.
        for (const protocol::TokenMark& mark : batch.tokens)
            tokens_[firstRow + mark.beforeRow] = mark.token;
        for (std::uint32_t i = 0; i < batch.rowCount && !decodingFailed_; ++i) {
            for (std::size_t column = 0; column < batch.schema.size(); ++column)
                rows_ += cellText(batch, batch.cells[batch.rows[i].firstCell + column]);
            rows_ += batch.rows[i].tombstone ? "deleted\n" : "\n";
            const RowView row = batch.row(i);
            for (std::size_t column = 0; column < row.size(); ++column) walk(row[column], 0);
            attempt([&] { (void)row.toJson(); });
            const Row copy = row.toRow();
            require(copy.view().toString() == row.toString());
        }
        if (batch.error && !decodingFailed_) {
            decodingFailed_ = true;
            rows_ += batch.error->what();
        }
        if (!reader().hasHeader()) require(batch.lineCount() == 0 && firstRow == 0);
    }

    const bool isWhole_;
    bool decodingFailed_ = false;
    std::string text_;
    std::string rows_;
    std::map<std::uint64_t, std::string> tokens_;  // by the row behind it
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider input(data, size);
    const bool isWhole = fuzz::takeNumber(input, 1) == 0;
    const unsigned seed = fuzz::takeNumber(input, 255);
    const unsigned skipped = fuzz::takeNumber(input, 3);
    const std::string body = input.ConsumeRemainingBytesAsString();
    fuzz::readInEveryWay(body, seed, [&] { return Reading(isWhole, skipped); });
    return 0;
}
