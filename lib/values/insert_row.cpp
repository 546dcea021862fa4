#include "values/base64.h"
#include "values/utf8.h"
#include "values/value_json.h"
#include "values/written_type.h"

#include <ksqldb/insert_row.h>

#include <cmath>
#include <limits>

namespace ksqldb::detail {

using values::WrittenType;

namespace {

void appendKey(values::JsonWriter& out, std::string_view text) {
    out.Key(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

}  // namespace

struct InsertWriter::Impl {
    rapidjson::StringBuffer buffer;
    values::JsonWriter json{buffer};
    std::string types;
    bool isFinished = false;
    bool isBroken = false;  // it ends in the middle of something

    [[noreturn]] void fail(ErrorCode code, const std::string& what) {
        isBroken = true;
        throw Error(code, what);
    }
    void checkText(std::string_view text) {
        if (!values::isUtf8(text)) fail(ErrorCode::InvalidArgument, "text that is not UTF-8");
    }
    void text(values::WrittenType type, std::string_view text) {
        types += static_cast<char>(type);
        values::writeString(json, text);
    }
    void beginObject(values::WrittenType type) {
        types += static_cast<char>(type);
        json.StartObject();
    }
    void checkWhole() const {
        if (isBroken)
            throw Error(ErrorCode::InvalidArgument,
                        "an InsertRow after an error: clear() it first");
    }
};

InsertWriter::InsertWriter() : impl_(std::make_unique<Impl>()) { impl_->json.StartObject(); }
InsertWriter::InsertWriter(InsertWriter&&) noexcept = default;
InsertWriter& InsertWriter::operator=(InsertWriter&&) noexcept = default;
InsertWriter::~InsertWriter() = default;

void InsertWriter::clear() {
    impl_->buffer.Clear();
    impl_->json.Reset(impl_->buffer);
    impl_->types.clear();
    impl_->json.StartObject();
    impl_->isFinished = false;
    impl_->isBroken = false;
}

std::string_view InsertWriter::finish() {
    impl_->checkWhole();
    if (!impl_->isFinished) impl_->json.EndObject();
    impl_->isFinished = true;
    return {impl_->buffer.GetString(), impl_->buffer.GetSize()};
}

WrittenRow InsertWriter::finishTyped() {
    const std::string_view json = finish();
    return {json, impl_->types};
}

void InsertWriter::name(std::string_view text, bool exact) {
    impl_->checkWhole();
    if (impl_->isFinished)
        throw Error(ErrorCode::InvalidArgument, "InsertRow::set() after json(): clear() it first");
    impl_->checkText(text);
    if (exact)
        values::writeName(impl_->json, text);
    else
        appendKey(impl_->json, text);
}

void InsertWriter::writeNull(TypeKind kind) {
    impl_->types += values::typeOfNull(kind);
    impl_->json.Null();
}
void InsertWriter::write(bool value) { impl_->json.Bool(value); }
void InsertWriter::write(std::int64_t value) { impl_->json.Int64(value); }
void InsertWriter::write(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        impl_->fail(ErrorCode::OutOfRange, std::to_string(value) + " is beyond BIGINT");
    impl_->json.Uint64(value);
}
void InsertWriter::write(double value) {
    if (!std::isfinite(value))
        impl_->fail(ErrorCode::InvalidArgument, "ksqlDB takes no NaN and no infinity in an insert");
    values::writeDouble(impl_->json, value);
}
void InsertWriter::write(std::string_view value) {
    impl_->checkText(value);
    impl_->text(WrittenType::String, value);
}
void InsertWriter::write(const Decimal& value) {
    impl_->text(WrittenType::Decimal, value.toString());
}
void InsertWriter::write(const Bytes& value) {
    impl_->text(WrittenType::Bytes, values::encodeBase64(value));
}
void InsertWriter::write(Date value) { impl_->text(WrittenType::Date, toString(value)); }
void InsertWriter::write(TimeOfDay value) { impl_->text(WrittenType::Time, toString(value)); }
void InsertWriter::write(Timestamp value) { impl_->text(WrittenType::Timestamp, toString(value)); }

void InsertWriter::beginArray(std::size_t) { impl_->json.StartArray(); }
void InsertWriter::endArray() { impl_->json.EndArray(); }
void InsertWriter::beginMap(std::size_t) { impl_->beginObject(WrittenType::Map); }
void InsertWriter::endMap() { impl_->json.EndObject(); }
void InsertWriter::beginStruct() { impl_->beginObject(WrittenType::Struct); }
void InsertWriter::endStruct() { impl_->json.EndObject(); }
void InsertWriter::writeKey(std::string_view text) {
    impl_->checkText(text);
    appendKey(impl_->json, text);
}

}  // namespace ksqldb::detail
