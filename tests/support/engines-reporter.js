module.exports = class { };
