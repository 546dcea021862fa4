#pragma once
#include "protocol/entity.h"

#include <ksqldb/command.h>

#include <string>
#include <utility>
#include <vector>

namespace ksqldb::client {

/// What GET of a path answers.
template <class T>
Command<T> getCommand(std::string path, T (*read)(std::string_view body)) {
    detail::CommandRequest request;
    request.http.path = std::move(path);
    request.isReadOnly = true;
    return Command<T>::fromRequest(std::move(request),
                                   [read](const RawResponse& answer) { return read(answer.body); });
}

/// A statement whose answer is one element of a type.
template <class T>
Command<T> describingCommand(std::string sql, const char* type, const char* member,
                             T (*read)(const values::JsonNode&)) {
    return Command<T>(Statement(std::move(sql)), [=](const std::vector<Entity>& entities) {
        const Entity& entity = protocol::onlyEntity(entities, {type});
        const values::JsonTree tree = protocol::readObject(entity.json);
        const values::JsonNode node = tree.root()[member];
        if (!node.isObject())
            throw protocol::malformed(std::string("the element has no ") + member, entity.json);
        T description = read(node);
        description.warnings = entity.warnings;
        return description;
    });
}

/// A statement whose answer is one element of one of these types, as a whole.
template <class T>
Command<T> elementCommand(std::string sql, std::vector<std::string_view> types,
                          T (*read)(const values::JsonNode&)) {
    return Command<T>(Statement(std::move(sql)),
                      [types = std::move(types), read](const std::vector<Entity>& entities) {
                          const Entity& entity = protocol::onlyEntity(entities, types);
                          return read(protocol::readObject(entity.json).root());
                      });
}

/// A statement whose answer is one element with a list in it.
template <class T>
Command<std::vector<T>> listCommand(std::string sql, const char* type, const char* member,
                                    T (*read)(const values::JsonNode&)) {
    return Command<std::vector<T>>(
        Statement(std::move(sql)), [=](const std::vector<Entity>& entities) {
            const Entity& entity = protocol::onlyEntity(entities, {type});
            const values::JsonTree tree = protocol::readObject(entity.json);
            const values::JsonNode list = tree.root()[member];
            if (!list.isArray() && !list.isObject())
                throw protocol::malformed(std::string("the element has no list ") + member,
                                          entity.json);
            return protocol::all(list, read);
        });
}

}  // namespace ksqldb::client
