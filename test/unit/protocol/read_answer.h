#pragma once
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"

#include <ksqldb/error.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::test {

/// A decoded value as JSON text: numbers as they were sent, strings with no more escapes than they
/// need.
inline std::string jsonOf(const detail::RowBlock& block, const detail::Cell& cell) {
    using Kind = detail::Cell::Kind;
    const auto quoted = [](std::string_view text) {
        std::string out = "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') out += '\\';
            if (static_cast<unsigned char>(c) >= 0x20) {
                out += c;
            } else {
                constexpr char digits[] = "0123456789ABCDEF";
                out += "\\u00";
                out += digits[c >> 4];
                out += digits[c & 15];
            }
        }
        return out + '"';
    };
    switch (cell.kind) {
        case Kind::Null:
            return "null";
        case Kind::False:
            return "false";
        case Kind::True:
            return "true";
        case Kind::Number:
            return std::string(block.slice(cell));
        case Kind::String:
            return quoted(block.slice(cell));
        case Kind::Array:
        case Kind::Object:
            break;
    }
    const bool isArray = cell.kind == Kind::Array;
    std::string out = isArray ? "[" : "{";
    for (std::uint32_t i = 0; i < cell.size; ++i) {
        if (i > 0) out += ',';
        if (isArray) {
            out += jsonOf(block, block.cells[cell.offset + i]);
        } else {
            out += jsonOf(block, block.cells[cell.offset + 2 * i]) + ":" +
                   jsonOf(block, block.cells[cell.offset + 2 * i + 1]);
        }
    }
    return out + (isArray ? "]" : "}");
}

inline std::string jsonOfRow(const detail::RowBlock& block, std::uint32_t row) {
    return jsonOf(block,
                  {detail::Cell::Kind::Array, static_cast<std::uint32_t>(block.schema.size()),
                   block.rows[row].firstCell});
}

inline std::string described(const Error& error) {
    const auto name = [&]() -> std::string {
        switch (error.code()) {
            case ErrorCode::MalformedResponse:
                return "MalformedResponse";
            case ErrorCode::TruncatedResponse:
                return "TruncatedResponse";
            case ErrorCode::LineTooLong:
                return "LineTooLong";
            case ErrorCode::NestingTooDeep:
                return "NestingTooDeep";
            case ErrorCode::ServerError:
                return "ServerError";
            default:
                return std::to_string(static_cast<int>(error.code()));
        }
    };
    if (error.serverCode() == 0) return "failed " + name();
    return "failed " + name() + " " + std::to_string(error.serverCode()) + " " +
           error.serverMessage();
}

/// What a ResponseReader and a RowDecoder make of an answer that comes in these pieces, a line of
/// text each for the header, rows, tokens, lines of unknown kinds, and the end.
class AnswerText {
public:
    explicit AnswerText(std::size_t maxLineBytes = std::size_t{1} << 20) : reader_({maxLineBytes}) {
        reader_.setBatch(std::make_shared<protocol::Batch>());
    }

    /// A batch per piece: what the event loop does in quiet times.
    AnswerText& batchPerPiece() { return batchPerPiece_ = true, *this; }

    std::string operator()(const std::vector<std::string_view>& pieces) {
        bool goesOn = true;
        for (std::size_t i = 0; goesOn && i < pieces.size(); ++i) {
            goesOn = reader_.feed(pieces[i]);
            if (goesOn && batchPerPiece_) {
                takeBatch();
                reader_.setBatch(std::make_shared<protocol::Batch>());
            }
        }
        const Ending ending = goesOn ? reader_.finish(true) : Ending(*reader_.error());
        takeBatch();
        while (const auto line = reader_.takeUnknownLine()) text_ += "unknown " + *line + "\n";
        if (decodingError_)
            text_ += described(*decodingError_);
        else if (ending.error())
            text_ += described(*ending.error());
        else
            text_ += ending.kind() == Ending::Kind::LimitReached ? "limit reached" : "finished";
        return text_;
    }

private:
    void takeBatch() {
        const std::shared_ptr<protocol::Batch> batch = reader_.takeBatch();
        if (decodingError_) return;
        decoder_.ensureDecoded(*batch);
        if (batch->header)
            text_ += "header " + batch->header->queryId().value_or("-") + ": " +
                     batch->header->schema().toString() + "\n";
        std::size_t token = 0;
        for (std::uint32_t row = 0; row <= batch->rowCount; ++row) {
            for (; token < batch->tokens.size() && batch->tokens[token].beforeRow == row; ++token)
                text_ += "token " + batch->tokens[token].token + "\n";
            if (row == batch->rowCount) break;
            if (batch->rows[row].tombstone) text_ += "deleted ";
            text_ += jsonOfRow(*batch, row) + "\n";
        }
        decodingError_ = batch->error;
    }

    protocol::ResponseReader reader_;
    protocol::RowDecoder decoder_;
    bool batchPerPiece_ = false;
    std::optional<Error> decodingError_;
    std::string text_;
};

inline std::vector<std::string_view> inBytes(std::string_view body) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < body.size(); ++i) pieces.push_back(body.substr(i, 1));
    return pieces;
}

}  // namespace ksqldb::test
