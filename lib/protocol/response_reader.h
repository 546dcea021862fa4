#pragma once
#include "protocol/answer_limits.h"
#include "protocol/batch.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::protocol {

/// What an answer of /query-stream holds.
enum class Content : std::uint8_t {
    Rows,   // of a query, with a header and other control lines
    Lines,  // of PRINT: plain text. Its header is ours: the one STRING column LINE
};

/// Reads the body of a /query-stream answer, as it comes, in whatever pieces: splits it into lines,
/// reads the control lines at once and puts the lines of rows into the open batch. Knows no socket.
class ResponseReader {
public:
    explicit ResponseReader(const AnswerLimits& limits, Content content = Content::Rows)
        : limits_(limits), content_(content) {}

    /// Looks at the header, which is in the batch then, before anything behind it is read. An Error
    /// refuses it, and ends the reading.
    using HeaderCheck = std::function<std::optional<Error>(const Header&)>;
    void checkHeaderBy(HeaderCheck check) { checkHeader_ = std::move(check); }

    /// Where rows go; has to be set before feed() and after each takeBatch().
    void setBatch(std::shared_ptr<Batch> batch);
    const Batch* batch() const noexcept { return batch_.get(); }
    Batch* batch() noexcept { return batch_.get(); }
    std::shared_ptr<Batch> takeBatch() { return std::move(batch_); }

    /// False: the answer is wrong or over, see error(); nothing more is to be fed.
    bool feed(std::string_view bytes);
    /// The answer is over. How the query ended. `isWhole`: HTTP itself says that nothing is
    /// missing, by a length, a last chunk or the end of a stream. Where only the connection ended,
    /// the closing bracket of the StreamedRow form can say so; the delimited form has nothing that
    /// can.
    Ending finish(bool isWhole);

    /// So many rows are left out: they came before, in another answer.
    void skipRows(std::uint64_t count) { skip_ = count; }

    bool hasHeader() const noexcept { return header_.has_value(); }
    /// Requires hasHeader().
    const Header& header() const noexcept { return *header_; }
    /// An error that was found or sent, before the end of the body.
    const std::optional<Error>& error() const noexcept { return error_; }
    /// Lines of rows so far, those left out not among them.
    std::uint64_t rows() const noexcept { return rows_; }
    /// The newest continuation token; empty: none. How many rows came after it.
    const std::string& token() const noexcept { return token_; }
    std::uint64_t rowsAfterToken() const noexcept { return rows_ - rowsAtToken_; }
    /// The first line of an unknown kind, once.
    std::optional<std::string> takeUnknownLine();

private:
    enum class Form { Undecided, Delimited, StreamedRow };

    /// Whether it was a row as nearly all are, and has been taken. Does what takeLine()
    /// would do, only quicker.
    bool takeUsualRow(std::string_view line);
    bool takeLine(std::string_view line);
    Ending finishLines(bool isWhole);
    /// The header of what has none.
    bool beginLines();
    bool takePlainLine(std::string_view line);
    bool takeControlLine(std::string_view line);
    bool takeHeader(Header header);
    bool addRow(std::string_view line);
    bool fail(const Error& error);
    bool malformed(const std::string& why, std::string_view line);

    const AnswerLimits limits_;
    const Content content_;
    HeaderCheck checkHeader_;
    std::shared_ptr<Batch> batch_;
    std::string partial_;  // a line whose end has not come
    bool begun_ = false;   // a first line was taken
    Form form_ = Form::Undecided;
    std::optional<Header> header_;
    std::optional<Error> error_;
    std::optional<Ending::Kind> final_;  // the server's final message
    bool arrayClosed_ = false;
    bool rowMayFollow_ = false;  // and is to be kept
    std::uint64_t rows_ = 0;
    std::uint64_t skip_ = 0;
    std::string token_;
    std::uint64_t rowsAtToken_ = 0;
    bool unknownSeen_ = false;
    std::optional<std::string> unknownLine_;
};

}  // namespace ksqldb::protocol
