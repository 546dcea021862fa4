#include "protocol/answer_check.h"

#include "base/error_builder.h"
#include "values/json_text.h"
#include "values/rapidjson.h"

#include <rapidjson/memorystream.h>

#include <cstddef>

namespace ksqldb::protocol {

namespace {

/// A description tells a type in JSON, each level of it by three: the schema, its fields, a field.
/// What is around it takes some more.
constexpr std::size_t levelsFor(std::size_t nesting) { return 3 * nesting + 8; }

/// Takes RapidJSON's events and keeps nothing but counts.
class Counter : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Counter> {
public:
    explicit Counter(const AnswerLimits& limits)
        : mostLevels_(levelsFor(limits.nesting)), mostEntities_(limits.entities) {}

    bool isTooDeep() const { return levels_ > mostLevels_; }
    bool isTooLong() const { return entities_ > mostEntities_; }

    bool Default() { return countEntity(); }
    bool RawNumber(const char*, rapidjson::SizeType, bool) { return countEntity(); }
    bool StartObject() { return countEntity() && enter(); }
    bool Key(const char*, rapidjson::SizeType, bool) { return true; }
    bool EndObject(rapidjson::SizeType) { return leave(); }
    bool StartArray() {
        if (levels_ == 0) isList_ = true;
        return countEntity() && enter();
    }
    bool EndArray(rapidjson::SizeType) { return leave(); }

private:
    bool countEntity() {
        if (isList_ && levels_ == 1) ++entities_;
        return !isTooLong();
    }
    bool enter() {
        ++levels_;
        return !isTooDeep();
    }
    bool leave() {
        --levels_;
        return true;
    }

    const std::size_t mostLevels_;
    const std::size_t mostEntities_;
    std::size_t levels_ = 0;
    std::size_t entities_ = 0;
    bool isList_ = false;
};

Error beyond(ErrorCode code, const std::string& what, const char* limit, std::size_t most) {
    return detail::ErrorBuilder(code,
                                "the answer " + what + ' ' + limit + ", " + std::to_string(most))
        .http(200)
        .limit(limit)
        .build();
}

}  // namespace

std::optional<Error> checkAnswer(std::string& body, const AnswerLimits& limits) {
    if (const char* const fault = values::textFault(body)) {
        if (!limits.replacesInvalidUtf8)
            return detail::ErrorBuilder(ErrorCode::MalformedResponse,
                                        std::string("the answer ") + fault)
                .http(200)
                .build();
        body = values::asText(body);
    }
    Counter counter(limits);
    rapidjson::MemoryStream stream(body.data(), body.size());
    rapidjson::Reader reader;
    // As json_document.cpp does, for its reasons.
    reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(stream,
                                                                                         counter);
    if (counter.isTooDeep())
        return beyond(ErrorCode::NestingTooDeep, "is nested deeper than", "maxNesting",
                      limits.nesting);
    if (counter.isTooLong())
        return beyond(ErrorCode::TooManyEntities, "has more elements than", "maxEntities",
                      limits.entities);
    return std::nullopt;
}

}  // namespace ksqldb::protocol
