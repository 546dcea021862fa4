#pragma once

#include "exchange.h"
#include "json.h"
#include "negotiation.h"
#include "schema.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// The header of a query's answer in its delimited form, without a line end.
std::string delimitedHeader(std::string_view queryId, const std::vector<Source::Column>& columns);

/// Writes the answer to a query as ksqlDB does, in the form that was asked for: a part of the body
/// for each element. Not for protobuf.
class QueryAnswer {
public:
    /// Pull queries end without a final message, and name the columns of the key.
    enum class Kind { Pull, Push, ScalablePush };

    QueryAnswer(Exchange& exchange, Form form, Kind kind)
        : exchange_(exchange), form_(form), kind_(kind) {}

    /// Begins the answer: its head and its header. `elements` follow: those of a pull query have
    /// commas between them, and none at the end.
    void header(std::string_view queryId, const std::vector<Source::Column>& columns,
                std::size_t elements = 0);
    /// `values` is a JSON array.
    void row(std::string_view values);
    /// A delete on a table. Only StreamedRow has it; the other forms leave it out.
    void tombstone(std::string_view values);
    void token(std::string_view token);
    /// The end, by an error.
    void error(int code, std::string_view message);
    /// The end. LIMIT has words of its own.
    void end(bool limitReached = false);

private:
    void streamedRow(std::string_view values, bool isTombstone);
    /// Begins an element. StreamedRow has it in an object, by this name.
    void begin(std::string_view name);
    /// Ends and sends it.
    void send();
    void sendEnd();

    Exchange& exchange_;
    const Form form_;
    const Kind kind_;
    std::size_t left_ = 0;  // elements of a pull query, its header included
    JsonWriter json_;       // the element
};

}  // namespace ksqldb::server
