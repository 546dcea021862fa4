#include "protocol/response_reader.h"

#include "base/error_builder.h"
#include "base/immortal.h"
#include "protocol/control_line.h"
#include "protocol/error_body.h"
#include "values/json_text.h"
#include "values/type_parser.h"
#include "values/utf8.h"

#include <cstring>
#include <optional>
#include <utility>

namespace ksqldb::protocol {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view usualRow = "{\"row\":";

const Header& headerOfLines() {
    static const auto& header =
        base::immortal<Header>(std::nullopt, Schema({{"LINE", values::parseType("STRING")}}));
    return header;
}

Error notVouchedFor() {
    return detail::ErrorBuilder(ErrorCode::TruncatedResponse,
                                "the connection ended, and nothing in the answer says that it is "
                                "whole: it has neither a length nor a last chunk")
        .build();
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && isBlank(line.front())) line.remove_prefix(1);
    while (!line.empty() && isBlank(line.back())) line.remove_suffix(1);
    return line;
}

}  // namespace

void ResponseReader::setBatch(std::shared_ptr<Batch> batch) {
    batch_ = std::move(batch);
    batch_->isPlain = content_ == Content::Lines;
    batch_->rules = {limits_.nesting, limits_.replacesInvalidUtf8};
    if (header_) batch_->schema = header_->schema();
}

bool ResponseReader::feed(std::string_view bytes) {
    if (error_) return false;
    if (content_ == Content::Lines && !bytes.empty() && !beginLines()) return false;
    while (!bytes.empty()) {
        const void* found = std::memchr(bytes.data(), '\n', bytes.size());
        const std::size_t length =
            found ? static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data())
                  : bytes.size();
        if (partial_.size() + length > limits_.lineBytes)
            return fail(detail::ErrorBuilder(ErrorCode::LineTooLong,
                                             "a line of the answer is longer than maxLineBytes, " +
                                                 std::to_string(limits_.lineBytes) + " bytes")
                            .limit("maxLineBytes")
                            .build());
        const std::string_view piece = bytes.substr(0, length);
        if (!found) {
            partial_.append(piece);
            return true;
        }
        bytes.remove_prefix(length + 1);
        bool isTaken = false;
        if (partial_.empty()) {
            if (takeUsualRow(piece)) continue;
            isTaken = takeLine(piece);
        } else {
            partial_.append(piece);
            const std::string line = std::exchange(partial_, {});
            isTaken = takeLine(line);
        }
        if (!isTaken) return false;
        rowMayFollow_ =
            content_ == Content::Rows && header_ && !final_ && !arrayClosed_ && skip_ == 0;
    }
    return true;
}

Ending ResponseReader::finish(bool isWhole) {
    if (content_ == Content::Lines) return finishLines(isWhole);
    if (!error_ && !partial_.empty()) takeLine(std::exchange(partial_, {}));
    if (!error_ && !header_)
        fail(detail::ErrorBuilder(ErrorCode::TruncatedResponse,
                                  "the answer ended before its header line")
                 .build());
    if (!error_ && form_ == Form::StreamedRow && !arrayClosed_)
        fail(detail::ErrorBuilder(ErrorCode::TruncatedResponse,
                                  "the answer ended without its closing bracket")
                 .build());
    if (!error_ && form_ == Form::Delimited && !isWhole) fail(notVouchedFor());
    if (error_) return Ending(*error_);
    return Ending(final_.value_or(Ending::Kind::Finished));
}

Ending ResponseReader::finishLines(bool isWhole) {
    if (!error_ && !isWhole) fail(notVouchedFor());  // and half a line is none
    if (error_ || !beginLines()) return Ending(*error_);
    takePlainLine(std::exchange(partial_, {}));
    return Ending(Ending::Kind::Finished);
}

bool ResponseReader::beginLines() { return header_ || takeHeader(headerOfLines()); }

bool ResponseReader::takeHeader(Header header) {
    header_ = std::move(header);
    batch_->header = header_;
    if (checkHeader_)
        if (const auto refusal = checkHeader_(*header_)) {
            batch_->header.reset();
            return fail(*refusal);
        }
    batch_->schema = header_->schema();
    return true;
}

bool ResponseReader::takePlainLine(std::string_view line) {
    if (line.empty()) return true;  // the server shows that it lives
    batch_->addLine(line);
    ++rows_;
    return true;
}

std::optional<std::string> ResponseReader::takeUnknownLine() {
    return std::exchange(unknownLine_, std::nullopt);
}

bool ResponseReader::takeUsualRow(std::string_view line) {
    if (!rowMayFollow_) return false;
    if (form_ == Form::Delimited) {
        if (line.size() < 2 || line.front() != '[' || line.back() != ']') return false;
    } else {
        constexpr std::string_view end = "},";
        if (line.size() < usualRow.size() + end.size() ||
            std::memcmp(line.data(), usualRow.data(), usualRow.size()) != 0 ||
            std::memcmp(line.data() + line.size() - end.size(), end.data(), end.size()) != 0)
            return false;
        line.remove_suffix(1);
    }
    batch_->addLine(line);
    ++rows_;
    return true;
}

bool ResponseReader::takeLine(std::string_view line) {
    if (content_ == Content::Lines) return takePlainLine(line);
    if (!std::exchange(begun_, true) && line.substr(0, byteOrderMark.size()) == byteOrderMark)
        line.remove_prefix(byteOrderMark.size());  // an intermediary may add one
    line = trimmed(line);
    if (line.empty()) return true;  // old servers send blank lines to show that they live
    if (form_ == Form::Undecided && line.front() == '[') {
        // Only the StreamedRow form begins with the bracket of its outer array.
        form_ = Form::StreamedRow;
        line = trimmed(line.substr(1));
    }
    if (form_ == Form::StreamedRow) {
        if (arrayClosed_) return malformed("goes on after its closing bracket", line);
        // Its elements are objects, so a bracket or comma at the end belongs to the outer array.
        // Two of its endings are no valid JSON (`},\n]`), hence no JSON parser over the whole.
        if (!line.empty() && line.back() == ']') {
            arrayClosed_ = true;
            line = trimmed(line.substr(0, line.size() - 1));
        } else if (!line.empty() && line.back() == ',') {
            line = trimmed(line.substr(0, line.size() - 1));
        }
        if (line.empty()) return true;
        if (line.compare(0, usualRow.size(), usualRow) == 0) return addRow(line);
        return takeControlLine(line);
    }
    return line.front() == '[' ? addRow(line) : takeControlLine(line);
}

bool ResponseReader::takeControlLine(std::string_view line) {
    std::string replaced;
    if (limits_.replacesInvalidUtf8 && values::textFault(line) != nullptr)
        line = replaced = values::asText(line);
    ControlLine control = parseControlLine(line, limits_);
    if (auto* header = std::get_if<Header>(&control)) {
        if (header_) return malformed("has a second header", line);
        if (form_ == Form::Undecided) form_ = Form::Delimited;
        return takeHeader(std::move(*header));
    }
    if (auto* error = std::get_if<ErrorLine>(&control))
        return fail(errorFromLine(error->serverCode, error->message));
    if (auto* beyond = std::get_if<BeyondLimit>(&control)) return fail(beyond->error);
    if (auto* notJson = std::get_if<NotJson>(&control)) return malformed(notJson->why, line);
    if (std::holds_alternative<RowLine>(control)) return addRow(line);
    if (!header_) return malformed("does not begin with a header", line);
    if (auto* token = std::get_if<TokenLine>(&control)) {
        token_ = token->token;
        rowsAtToken_ = rows_;
        batch_->addToken(std::move(token->token));
    } else if (auto* final = std::get_if<FinalLine>(&control)) {
        final_ = final->limitReached ? Ending::Kind::LimitReached : Ending::Kind::Finished;
    } else if (!unknownSeen_) {
        unknownSeen_ = true;
        unknownLine_ = shortened(line);
    }
    return true;
}

bool ResponseReader::addRow(std::string_view line) {
    if (!header_) return malformed("does not begin with a header", line);
    if (final_) return malformed("goes on after its final message", line);
    if (skip_ != 0) {
        --skip_;
        return true;
    }
    batch_->addLine(line);
    ++rows_;
    return true;
}

bool ResponseReader::fail(const Error& error) {
    error_ = error;
    return false;
}

bool ResponseReader::malformed(const std::string& why, std::string_view line) {
    const std::string shown = values::isUtf8(line) ? shortened(line) : "bytes that are no text";
    return fail(detail::ErrorBuilder(ErrorCode::MalformedResponse,
                                     "the answer is not what ksqlDB sends, " + why + ": " + shown)
                    .http(200)
                    .server(0, shown)
                    .build());
}

}  // namespace ksqldb::protocol
