import { catalog } from '../../app/i18n.ts';

export const sessionMessages = catalog(
  {
    title: 'Log in',
    welcome: 'Log in to LouCloud',
    tagline: 'Your machines, a moment away.',
    name: 'User name',
    password: 'Password',
    logIn: 'Log in',
    forgot: 'Forgotten the password? The administrator can set a new one.',
    sessionEnded: 'Your session has ended',
    sessionEndedHint: 'Log in again as {name} to go on where you were. Nothing you typed is lost.',
    otherUser: 'Log in as somebody else',
    expired: 'Your session has ended. Log in again.',
  },
  {
    title: '登录',
    welcome: '登录 LouCloud',
    tagline: '您的虚拟机，触手可及。',
    name: '用户名',
    password: '密码',
    logIn: '登录',
    forgot: '忘记密码？请联系管理员重新设置。',
    sessionEnded: '登录已失效',
    sessionEndedHint: '请以 {name} 的身份重新登录，继续刚才的操作。已填写的内容不会丢失。',
    otherUser: '以其他用户登录',
    expired: '登录已失效，请重新登录。',
  },
);
