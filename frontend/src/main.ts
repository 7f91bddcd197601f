import './ui/drops'
import './styles/tokens.css'
import './styles/base.css'
import { mount } from 'svelte'
import App from './shell/App.svelte'
import { language } from './words/language'

document.documentElement.lang = language.tag

mount(App, { target: document.getElementById('app') ?? document.body })
