#include "base/error_builder.h"
#include "protocol/batch.h"
#include "protocol/response_reader.h"
#include "protocol/row_decoder.h"

#include <ksqldb/result_from.h>

#include <memory>
#include <utility>

namespace ksqldb::detail {

QueryResult resultFrom(std::string_view answer) {
    auto batch = std::make_shared<protocol::Batch>();
    protocol::ResponseReader reader{protocol::AnswerLimits()};
    reader.setBatch(batch);
    reader.feed(answer);
    const Ending ending = reader.finish(true);
    if (reader.hasHeader()) {
        batch->schema = reader.header().schema();
        protocol::RowDecoder().ensureDecoded(*batch);
        if (batch->error) throw *batch->error;  // it stands before the end
    }
    if (ending.error() != nullptr)
        throw Error(detail::ErrorBuilder(*ending.error()).http(200).build());
    const auto rows = batch->rowCount;
    return {reader.header(), {RowBlock::batch(std::move(batch), 0, rows)}, ending};
}

}  // namespace ksqldb::detail
