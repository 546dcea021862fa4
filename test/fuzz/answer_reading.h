#pragma once
// An answer on its way to rows, as the event loop and a consumer take it.
#include "input.h"
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace ksqldb::fuzz {

class AnswerReading {
public:
    AnswerReading(std::size_t maxLineBytes, protocol::Content content)
        : reader_({maxLineBytes}, content) {
        reader_.setBatch(std::make_shared<protocol::Batch>());
    }
    virtual ~AnswerReading() = default;

    void feed(std::string_view bytes) {
        if (!failed_) failed_ = !reader_.feed(bytes);
    }
    /// What the event loop does between two reads.
    void endRound() {
        takeBatch();
        reader_.setBatch(std::make_shared<protocol::Batch>());
    }

protected:
    /// A decoded batch. `firstRow`: the lines before it.
    virtual void take(const protocol::Batch& batch, std::uint64_t firstRow) = 0;

    Ending end(bool isWhole) {
        const Ending ending = failed_ ? Ending(*reader_.error()) : reader_.finish(isWhole);
        takeBatch();
        require(reader_.rows() == lines_);
        return ending;
    }
    protocol::ResponseReader& reader() { return reader_; }

private:
    void takeBatch() {
        const std::shared_ptr<protocol::Batch> batch = reader_.takeBatch();
        decoder_.ensureDecoded(*batch, lines_);
        require(batch->rowCount <= batch->lineCount());
        require(batch->error.has_value() == (batch->rowCount < batch->lineCount()));
        take(*batch, lines_);
        lines_ += batch->lineCount();
    }

    protocol::ResponseReader reader_;
    protocol::RowDecoder decoder_;
    bool failed_ = false;
    std::uint64_t lines_ = 0;
};

}  // namespace ksqldb::fuzz
