#include "recorded_answer.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace ksqldb::test {

namespace {

[[noreturn]] void refuse(const std::string& what, std::string_view text) {
    throw std::runtime_error(what + ": " + std::string(text.substr(0, 200)));
}

/// RapidJSON's DOM either knows that a value is a number or keeps its text; both together do both.
Json converted(const rapidjson::Value& value, const rapidjson::Value& raw) {
    const auto textOf = [](const rapidjson::Value& text) {
        return std::string(text.GetString(), text.GetStringLength());
    };
    Json json;
    switch (value.GetType()) {
        case rapidjson::kNullType:
            break;
        case rapidjson::kFalseType:
            json.kind = Json::Kind::False;
            break;
        case rapidjson::kTrueType:
            json.kind = Json::Kind::True;
            break;
        case rapidjson::kNumberType:
            json.kind = Json::Kind::Number;
            json.text = textOf(raw);
            break;
        case rapidjson::kStringType:
            json.kind = Json::Kind::String;
            json.text = textOf(value);
            break;
        case rapidjson::kArrayType:
            json.kind = Json::Kind::Array;
            for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
                json.parts.push_back(converted(value[i], raw[i]));
            break;
        case rapidjson::kObjectType:
            json.kind = Json::Kind::Object;
            auto rawMember = raw.MemberBegin();
            for (const auto& member : value.GetObject()) {
                json.names.push_back(textOf(member.name));
                json.parts.push_back(converted(member.value, (rawMember++)->value));
            }
            break;
    }
    return json;
}

template <unsigned flags>
Json parsedWith(std::string_view text) {
    rapidjson::Document document;
    rapidjson::Document raw;
    document.Parse<flags>(text.data(), text.size());
    raw.Parse<flags | rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
    if (document.HasParseError())
        refuse(rapidjson::GetParseError_En(document.GetParseError()),
               text.substr(std::min(document.GetErrorOffset(), text.size())));
    return converted(document, raw);
}

class TypeText {
public:
    explicit TypeText(std::string_view text) : text_(text) {}

    RecordedType type() {
        const std::size_t begin = at_;
        RecordedType type;
        while (at_ < text_.size() && std::isupper(static_cast<unsigned char>(text_[at_])) != 0)
            type.word += text_[at_++];
        if (type.word == "DECIMAL") {
            expect("(");
            type.precision = number();
            expect(", ");
            type.scale = number();
            expect(")");
        } else if (type.word == "ARRAY") {
            expect("<");
            type.parts.push_back(this->type());
            expect(">");
        } else if (type.word == "MAP") {
            expect("<");
            type.parts.push_back(this->type());
            expect(", ");
            type.parts.push_back(this->type());
            expect(">");
        } else if (type.word == "STRUCT") {
            expect("<");
            do {
                type.names.push_back(name());
                expect(" ");
                type.parts.push_back(this->type());
            } while (take(", "));
            expect(">");
        } else if (type.word.empty()) {
            refuse("no type", text_.substr(at_));
        }
        type.text = text_.substr(begin, at_ - begin);
        return type;
    }

    /// Names that hold back-quotes do not exist on a real server.
    std::string name() {
        expect("`");
        const std::size_t end = text_.find('`', at_);
        if (end == std::string_view::npos) refuse("a name without an end", text_);
        std::string name(text_.substr(at_, end - at_));
        at_ = end + 1;
        return name;
    }

    bool take(std::string_view token) {
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }
    void expect(std::string_view token) {
        if (!take(token)) refuse("not " + std::string(token), text_.substr(at_));
    }
    bool atEnd() const { return at_ == text_.size(); }

private:
    int number() {
        int value = 0;
        if (atEnd() || std::isdigit(static_cast<unsigned char>(text_[at_])) == 0)
            refuse("no number", text_.substr(at_));
        while (!atEnd() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0)
            value = 10 * value + (text_[at_++] - '0');
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

bool endsWith(const std::string& text, std::string_view end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string quoted(const std::string& text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += std::string("\\") + c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            json += std::string("\\u00") + digits[c >> 4] + digits[c & 15];
        } else {
            json += c;
        }
    }
    return json + '"';
}

/// All elements as one JSON array.
std::string asArray(RecordedAnswer::Form form, std::string body) {
    if (form == RecordedAnswer::Form::StreamedRow) {
        if (endsWith(body, ",\n]")) body.erase(body.size() - 3, 2);        // it ended with an error
        if (endsWith(body, ",\n")) body.replace(body.size() - 2, 2, "]");  // it did not end
        return body;
    }
    // A line end is no part of a JSON value: within texts it is escaped.
    if (endsWith(body, "\n")) body.pop_back();
    std::string array = "[";
    for (const char c : body) array += c == '\n' ? std::string(",\n") : std::string(1, c);
    return array + "]";
}

}  // namespace

const Json* Json::member(std::string_view name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr : &parts[static_cast<std::size_t>(found - names.begin())];
}

std::string Json::textOf(std::string_view name) const {
    const Json* found = member(name);
    return found == nullptr ? std::string() : found->text;
}

Json parseJson(std::string_view text, bool withComments) {
    return withComments ? parsedWith<rapidjson::kParseCommentsFlag>(text) : parsedWith<0>(text);
}

std::string writeJson(const Json& value) {
    switch (value.kind) {
        case Json::Kind::Null:
            return "null";
        case Json::Kind::False:
            return "false";
        case Json::Kind::True:
            return "true";
        case Json::Kind::Number:
            return value.text;
        case Json::Kind::String:
            return quoted(value.text);
        case Json::Kind::Array:
        case Json::Kind::Object:
            break;
    }
    const bool isArray = value.kind == Json::Kind::Array;
    std::string json;
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        if (i > 0) json += ',';
        if (!isArray) json += quoted(value.names[i]) + ':';
        json += writeJson(value.parts[i]);
    }
    return isArray ? '[' + json + ']' : '{' + json + '}';
}

RecordedType parseRecordedType(std::string_view text) {
    TypeText reader(text);
    RecordedType type = reader.type();
    if (!reader.atEnd()) refuse("more than a type", text);
    return type;
}

std::vector<RecordedColumn> parseRecordedSchema(std::string_view text) {
    std::vector<RecordedColumn> columns;
    TypeText reader(text);
    do {
        RecordedColumn column;
        column.name = reader.name();
        reader.expect(" ");
        column.type = reader.type();
        column.isKey = reader.take(" KEY");
        columns.push_back(std::move(column));
    } while (reader.take(", "));
    if (!reader.atEnd()) refuse("more than a schema", text);
    return columns;
}

RecordedAnswer RecordedAnswer::read(Form form, const std::string& body) {
    RecordedAnswer answer;
    const auto takeId = [&](const Json& header) {
        const Json* id = header.member("queryId");
        if (id != nullptr && !id->isNull()) answer.queryId = id->text;
    };
    const auto takeError = [&](const Json& json) {
        answer.error = {std::stoi(json.textOf("error_code")), json.textOf("message")};
    };
    for (const Json& element : parseJson(asArray(form, body)).parts) {
        if (element.kind == Json::Kind::Array) {
            answer.rows.push_back({element, false, answer.lastToken});
        } else if (const Json* row = element.member("row")) {
            const Json* values = row->member("columns");
            const Json* tombstone = row->member("tombstone");
            if (values == nullptr) refuse("a row without columns", body);
            answer.rows.push_back({*values,
                                   tombstone != nullptr && tombstone->kind == Json::Kind::True,
                                   answer.lastToken});
        } else if (const Json* header = element.member("header")) {
            takeId(*header);
            answer.columns = parseRecordedSchema(header->textOf("schema"));
        } else if (const Json* names = element.member("columnNames")) {
            takeId(element);
            const Json* types = element.member("columnTypes");
            for (std::size_t i = 0; i < names->parts.size(); ++i)
                answer.columns.push_back(
                    {names->parts[i].text, parseRecordedType(types->parts[i].text), false});
        } else if (const Json* message = element.member("errorMessage")) {
            takeError(*message);
        } else if (element.member("error_code") != nullptr) {
            takeError(element);
        } else if (const Json* token = element.member("continuationToken")) {
            answer.lastToken = token->kind == Json::Kind::String
                                   ? token->text
                                   : token->textOf("continuationToken");
        } else if (const Json* last = element.member("finalMessage")) {
            answer.finalMessage = last->text;
        } else {
            refuse("an element of an unknown kind", body);
        }
    }
    return answer;
}

}  // namespace ksqldb::test
